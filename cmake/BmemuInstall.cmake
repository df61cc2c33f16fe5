# `cmake --install`: the program, the libraries, their headers and the package for find_package(bmemu).
include(CMakePackageConfigHelpers)

set(bmemu_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/bmemu)

install(TARGETS bmemu RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS bmemu_isa bmemu_memory bmemu_emulator bmemu_kernels bmemu_harness
        EXPORT bmemuTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
# Not where the loader looks: programs of boards get it by `bmemu with` or LD_LIBRARY_PATH only.
install(TARGETS bmemu_bmlib LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/bmemu)
install(TARGETS bmemu_bmrt LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/bmemu/bmrt)
foreach(folder isa memory emulator kernels harness)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${folder} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/bmemu FILES_MATCHING PATTERN "*.h")
endforeach()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/traces/ DESTINATION ${CMAKE_INSTALL_DATADIR}/bmemu/traces
        FILES_MATCHING PATTERN "*.bmodel.zst" PATTERN "*.json.zst")
install(EXPORT bmemuTargets NAMESPACE bmemu:: DESTINATION ${bmemu_package_dir})
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/bmemuConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/bmemuConfig.cmake
                              INSTALL_DESTINATION ${bmemu_package_dir})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/bmemuConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/bmemuConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/bmemuConfigVersion.cmake
        DESTINATION ${bmemu_package_dir})

install(FILES ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs PATTERN man EXCLUDE)
install(FILES ${PROJECT_SOURCE_DIR}/docs/man/bmemu.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${PROJECT_SOURCE_DIR}/scripts/completion/bmemu.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME bmemu)

# `cpack -G DEB` in the build folder makes a package for Debian 12; what it depends on is asked from the program's libraries.
set(CPACK_PACKAGE_NAME bmemu)
set(CPACK_PACKAGE_CONTACT "The bmemu authors <bmemu@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Cycle-approximate emulator of Sophgo BM1684 and BM1684X")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_GENERATOR DEB)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
if(BMEMU_PYTHON_FOUND)
  set(CPACK_DEBIAN_PACKAGE_RECOMMENDS python3-numpy)
endif()
set(CPACK_STRIP_FILES ON)
include(CPack)
