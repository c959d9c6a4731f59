# SPDX-License-Identifier: Apache-2.0
find_package(Threads REQUIRED)
find_package(ZLIB REQUIRED)
find_package(CURL 7.85 REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(nlohmann_json REQUIRED)
find_package(hwy REQUIRED)

file(GLOB_RECURSE regulus_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/regulus/*.cpp)
list(FILTER regulus_sources EXCLUDE REGEX "/kernels/simd/")
file(GLOB_RECURSE regulus_headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/regulus/*.h)
list(FILTER regulus_headers EXCLUDE REGEX "/kernels/(simd|reference)/")

add_library(regulus ${regulus_sources})
add_library(regulus::regulus ALIAS regulus)
target_sources(regulus PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${regulus_headers})
target_compile_features(regulus PUBLIC cxx_std_20)
set_target_properties(regulus PROPERTIES
  VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
  POSITION_INDEPENDENT_CODE ON
  VERIFY_INTERFACE_HEADER_SETS ${PROJECT_IS_TOP_LEVEL})
target_compile_definitions(regulus PRIVATE REGULUS_VERSION="${PROJECT_VERSION}")
target_link_libraries(regulus
  PUBLIC Threads::Threads
  PRIVATE $<BUILD_INTERFACE:regulus_flags> ZLIB::ZLIB CURL::libcurl OpenSSL::Crypto
          $<BUILD_INTERFACE:nlohmann_json::nlohmann_json>)

# The kernels are compiled once for each instruction set that the target architecture has; which
# one runs is decided at run time (kernels/dispatch.cpp). Nothing else is built for a newer CPU.
file(GLOB regulus_simd_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/regulus/kernels/simd/*.cpp)
function(regulus_add_kernels isa)
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
  target_link_libraries(regulus_kernels_${isa} PRIVATE regulus_flags hwy::hwy)
  target_sources(regulus PRIVATE $<TARGET_OBJECTS:regulus_kernels_${isa}>)
  string(TOUPPER ${isa} ISA)
  target_compile_definitions(regulus PRIVATE REGULUS_HAS_${ISA})
endfunction()

if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  regulus_add_kernels(avx2 -march=x86-64-v3)
  regulus_add_kernels(avx512 -march=x86-64-v4 -mprefer-vector-width=512)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
  # Highway marks its functions for the crypto extension; none of those used here needs it.
  regulus_add_kernels(neon -march=armv8-a+crypto)
endif()
