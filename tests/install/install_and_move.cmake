# SPDX-License-Identifier: Apache-2.0
# Installs BUILD into FIRST and moves the result to PREFIX: nothing in it may remember where it was.
file(REMOVE_RECURSE ${FIRST} ${PREFIX})
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --prefix ${FIRST}
  COMMAND_ERROR_IS_FATAL ANY OUTPUT_QUIET)
file(RENAME ${FIRST} ${PREFIX})
