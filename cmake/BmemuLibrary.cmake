# One library per folder: bmemu_add_library(NAME DEPENDS ...) takes every .cpp below the current folder.
function(bmemu_add_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "main\\.cpp$")
  add_library(bmemu_${name} STATIC ${sources})
  add_library(bmemu::${name} ALIAS bmemu_${name})
  set_target_properties(bmemu_${name} PROPERTIES EXPORT_NAME ${name} POSITION_INDEPENDENT_CODE ON)
  target_include_directories(bmemu_${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
                                                  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/bmemu>)
  target_link_libraries(bmemu_${name} PUBLIC ${ARG_DEPENDS} PRIVATE $<BUILD_INTERFACE:bmemu_options> ${ARG_PRIVATE_DEPENDS})
endfunction()
