# bmemu_git_version(VARIABLE): `git describe` of the source folder, or "unknown" when that folder is no checkout of its own.
# Configures again when HEAD moves.
function(bmemu_git_version variable)
  set(${variable} "unknown" PARENT_SCOPE)
  find_program(git_program git)
  if(NOT git_program)
    return()
  endif()
  execute_process(COMMAND ${git_program} rev-parse --show-toplevel WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
                  OUTPUT_VARIABLE top ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  file(REAL_PATH ${PROJECT_SOURCE_DIR} source)
  if(NOT top STREQUAL source)
    return()
  endif()
  execute_process(COMMAND ${git_program} describe --tags --always --dirty WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
                  OUTPUT_VARIABLE described ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(described)
    set(${variable} ${described} PARENT_SCOPE)
  endif()
  execute_process(COMMAND ${git_program} rev-parse --path-format=absolute --git-path logs/HEAD
                  WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE log ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(EXISTS "${log}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${log})
  endif()
endfunction()
