# `cmake --install`: the program, the libraries, their headers and the package for find_package(bmemu).
include(CMakePackageConfigHelpers)

set(bmemu_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/bmemu)

install(TARGETS bmemu RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS bmemu_isa bmemu_memory bmemu_emulator bmemu_kernels bmemu_harness
        EXPORT bmemuTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
foreach(folder isa memory emulator kernels harness)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${folder} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/bmemu FILES_MATCHING PATTERN "*.h")
endforeach()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/traces/ DESTINATION ${CMAKE_INSTALL_DATADIR}/bmemu/traces
        FILES_MATCHING PATTERN "*.bmodel.zst")
install(EXPORT bmemuTargets NAMESPACE bmemu:: DESTINATION ${bmemu_package_dir})
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/bmemuConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/bmemuConfig.cmake
                              INSTALL_DESTINATION ${bmemu_package_dir})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/bmemuConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/bmemuConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/bmemuConfigVersion.cmake
        DESTINATION ${bmemu_package_dir})
