// SPDX-License-Identifier: Apache-2.0
#pragma once

// What headers name of CLI11, which takes five seconds to compile; sources that use it include <CLI/CLI.hpp>.
namespace CLI {
class App;
class Option;
}  // namespace CLI
