# SPDX-License-Identifier: Apache-2.0
# Flags that every target of this project is compiled with; none of them reaches a user's targets.
add_library(regulus_flags INTERFACE)
target_compile_options(regulus_flags INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Wno-sign-conversion
  # GCC 12 takes "literal" + std::string for an overlapping copy (its bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  # The same bits everywhere: the compiler must not fuse multiplications and additions at will.
  -ffp-contract=off)
# For code that computes nothing. At -O1 GCC 12 takes variants that are moved for uninitialised.
set(REGULUS_LIGHT_OPTIONS "$<$<NOT:$<CONFIG:Debug>>:-O1>" "$<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>")
if(REGULUS_WERROR)
  target_compile_options(regulus_flags INTERFACE -Werror)
endif()
if(REGULUS_SANITIZE)
  target_compile_options(regulus_flags INTERFACE
    -fsanitize=${REGULUS_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all
    # GCC 12's analysis takes the variants in instrumented code for uninitialised; its manual warns of it.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_link_options(regulus_flags INTERFACE -fsanitize=${REGULUS_SANITIZE})
endif()
