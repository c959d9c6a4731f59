# SPDX-License-Identifier: Apache-2.0
# Writes the tests of a program of Google Test for CTest, a suite each: a process a test costs more than
# most tests.
# cmake -DPROGRAM=... -DPREFIX=... -DOUT=... [-DPROPERTIES=...] -P list_suites.cmake
execute_process(COMMAND ${PROGRAM} --gtest_list_tests OUTPUT_VARIABLE listed COMMAND_ERROR_IS_FATAL ANY)
string(REPLACE "\n" ";" lines "${listed}")
# A suite that only skips is skipped; behind its list of skipped tests the output must end, so no failure is.
set(only_skipped [==["\\[  PASSED  \\] 0 tests\\.(\n\\[  SKIPPED \\] [^\n]*)+\n*$"]==])
set(text "")
foreach(line IN LISTS lines)
  if(line MATCHES "^([A-Za-z0-9_/]+)\\.( |$)")
    set(suite ${CMAKE_MATCH_1})
    string(APPEND text "add_test([[${PREFIX}/${suite}]] [[${PROGRAM}]] [[--gtest_filter=${suite}.*]])\n"
                       "set_tests_properties([[${PREFIX}/${suite}]] PROPERTIES ${PROPERTIES}\n"
                       "  SKIP_REGULAR_EXPRESSION ${only_skipped})\n")
  endif()
endforeach()
if(text STREQUAL "")
  message(FATAL_ERROR "${PROGRAM} lists no tests.")
endif()
file(WRITE ${OUT} "${text}")
