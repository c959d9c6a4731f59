# SPDX-License-Identifier: Apache-2.0
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS regulus EXPORT regulus
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

# For find_package. A static library hands its private needs on to the final link.
get_target_property(type regulus TYPE)
string(COMPARE EQUAL "${type}" STATIC_LIBRARY REGULUS_IS_STATIC)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/regulus)
install(EXPORT regulus NAMESPACE regulus:: DESTINATION ${package_folder} FILE regulus-targets.cmake)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/regulus-config.cmake.in
  ${PROJECT_BINARY_DIR}/regulus-config.cmake INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/regulus-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/regulus-config.cmake ${PROJECT_BINARY_DIR}/regulus-config-version.cmake
  DESTINATION ${package_folder})

# For pkg-config. The prefix is found from where the file lies, so the installed tree may be moved.
set(pkgconfig_folder ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
file(RELATIVE_PATH REGULUS_PREFIX_FROM_PC ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
set(REGULUS_PC_REQUIRES Requires.private)
if(REGULUS_IS_STATIC)
  set(REGULUS_PC_REQUIRES Requires)
endif()
configure_file(${PROJECT_SOURCE_DIR}/cmake/regulus.pc.in ${PROJECT_BINARY_DIR}/regulus.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/regulus.pc DESTINATION ${pkgconfig_folder})
