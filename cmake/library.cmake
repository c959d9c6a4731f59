# SPDX-License-Identifier: Apache-2.0
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(libdeflate REQUIRED IMPORTED_TARGET libdeflate)
pkg_check_modules(libzip REQUIRED IMPORTED_TARGET libzip)
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
  PRIVATE $<BUILD_INTERFACE:regulus_flags> PkgConfig::libdeflate PkgConfig::libzip ZLIB::ZLIB
          CURL::libcurl OpenSSL::Crypto $<BUILD_INTERFACE:nlohmann_json::nlohmann_json>)

# What most sources include is parsed once, and what computes nothing is optimised less: 45 % of a cold build.
# Sources with options of their own stay alone, and GCC 12 warns falsely of strings where instrumented code has
# precompiled headers.
if(NOT REGULUS_UNITY)
  target_precompile_headers(regulus PRIVATE <algorithm> <array> <charconv> <cmath> <cstdint> <cstring> <functional>
    <limits> <memory> <optional> <span> <string> <string_view> <utility> <vector>)
  set(regulus_plain_sources ${regulus_sources})
  list(FILTER regulus_plain_sources INCLUDE REGEX "/regulus/(base|data|io|nn|optim|saving)/")
  set_source_files_properties(${regulus_plain_sources} PROPERTIES COMPILE_OPTIONS "${REGULUS_LIGHT_OPTIONS}")
endif()
regulus_compile_together(regulus ALONE
  "^regulus/(base|data|io|kernels/reference|saving/keras)/"
  "/nn/(constraints|identifier|initializer_registry|losses|metrics|registry)[.]"
  "/saving/(onnx|onnx/table|safetensors_model)[.]"
  "/plan/weights/(parameter|update)[.]")

include(${PROJECT_SOURCE_DIR}/cmake/kernels.cmake)
if(NOT REGULUS_SANITIZE MATCHES "fuzzer")  # no parser computes; the plain loops are there too
  regulus_add_kernels(regulus)
endif()
