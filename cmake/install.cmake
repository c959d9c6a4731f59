# SPDX-License-Identifier: Apache-2.0
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS regulus EXPORT regulus
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT regulus NAMESPACE regulus:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/regulus
  FILE regulus-targets.cmake)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/regulus-config.cmake.in regulus-config.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/regulus)
write_basic_package_version_file(regulus-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/regulus-config.cmake ${PROJECT_BINARY_DIR}/regulus-config-version.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/regulus)
