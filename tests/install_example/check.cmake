# Installs the build into a scratch prefix, builds the example against it, and runs it on a bundled program.
# Variables: BUILD_DIR, SOURCE_DIR, WORK_DIR, PROGRAM, CXX_COMPILER, CXX_FLAGS (a sanitized library needs sanitized users).
file(REMOVE_RECURSE ${WORK_DIR})
function(step)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${ARGV}: ${result}\n${output}")
  endif()
  message("${output}")
endfunction()
step(${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${WORK_DIR}/prefix)
step(${CMAKE_COMMAND} -G Ninja -S ${SOURCE_DIR}/tests/install_example -B ${WORK_DIR}/build -DCMAKE_PREFIX_PATH=${WORK_DIR}/prefix
     -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER=${CXX_COMPILER} -DCMAKE_CXX_FLAGS=${CXX_FLAGS})
step(${CMAKE_COMMAND} --build ${WORK_DIR}/build)
step(${WORK_DIR}/build/run_program ${PROGRAM})
step(${WORK_DIR}/prefix/bin/bmemu chips)
