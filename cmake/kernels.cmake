# SPDX-License-Identifier: Apache-2.0
# The kernels are compiled once for each instruction set that the target architecture has; which
# one runs is decided at run time (kernels/dispatch.cpp). Nothing else is built for a newer CPU.
file(GLOB regulus_simd_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/regulus/kernels/simd/*.cpp)

# Checks of every vector that is passed by reference are two thirds of the time to compile these sources.
# Options of linked libraries come last, and the last ones count.
add_library(regulus_unchecked_references INTERFACE)
target_compile_options(regulus_unchecked_references INTERFACE
  -fno-sanitize=null,alignment,vptr,object-size,pointer-overflow)

function(regulus_add_kernels_for library isa)
  add_library(regulus_kernels_${isa} OBJECT ${regulus_simd_sources})
  set_target_properties(regulus_kernels_${isa} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_include_directories(regulus_kernels_${isa} PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_definitions(regulus_kernels_${isa} PRIVATE
    REGULUS_KERNELS_ISA=${isa} HWY_COMPILE_ONLY_STATIC HWY_DISABLE_PCLMUL_AES
    HWY_IS_DEBUG_BUILD=0)  # its assertions would need Highway's library; its headers are enough
  # A sanitizer makes these sources slow to optimise, and what it looks for does not need it.
  if(NOT REGULUS_SANITIZE)
    target_compile_options(regulus_kernels_${isa} PRIVATE -O3)
  endif()
  target_compile_options(regulus_kernels_${isa} PRIVATE ${ARGN})
  target_link_libraries(regulus_kernels_${isa} PRIVATE regulus_flags
    $<TARGET_NAME_IF_EXISTS:hwy::hwy>)  # a cross compiler has its headers without its package
  if(REGULUS_SANITIZE MATCHES "undefined")
    target_link_libraries(regulus_kernels_${isa} PRIVATE regulus_unchecked_references)
  endif()
  target_sources(${library} PRIVATE $<TARGET_OBJECTS:regulus_kernels_${isa}>)
  string(TOUPPER ${isa} ISA)
  target_compile_definitions(${library} PRIVATE REGULUS_HAS_${ISA})
endfunction()

function(regulus_add_kernels library)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    regulus_add_kernels_for(${library} avx2 -march=x86-64-v3)
    regulus_add_kernels_for(${library} avx512 -march=x86-64-v4 -mprefer-vector-width=512)
  elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
    # Highway marks its functions for the crypto extension; none of those used here needs it.
    regulus_add_kernels_for(${library} neon -march=armv8-a+crypto)
  endif()
endfunction()
