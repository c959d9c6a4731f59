// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include "cli/cli11.h"

#include "cli/command.h"
#include "cli/output.h"

namespace regulus::cli {

/// How --help shows an option: `--epochs N   passes over the data [2]`.
struct OptionText {
  const char* value = "";     ///< "N"
  const char* help = "";      ///< what it does
  std::string fallback = {};  ///< what happens without it; empty: nothing worth saying
};

struct Limits {
  std::int64_t least = 0;
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
};

/// A sub-command, its one line and the examples that end its help.
CLI::App& add_command(CLI::App& app, const std::string& name, const char* help, const char* examples);
/// Calls once the command's line has been read: checks what no option can alone, and sets the action.
void when_parsed(CLI::App& command, std::function<void()> call);
std::string name_of(const CLI::App& command);
/// True if the option stands on the command line.
bool is_given(const CLI::App& command, const std::string& option);
CLI::Option* option_of(CLI::App& command, const std::string& name);
/// Where --help shows the option; without it under "Options".
void in_group(const char* group, CLI::Option* option);
void require(CLI::Option* option);

/// An option whose text the caller takes apart; of several the last counts, or each in turn.
CLI::Option* add_last(CLI::App& command, const std::string& flags,
                      const std::function<void(const std::string& given)>& take, OptionText text);
CLI::Option* add_each(CLI::App& command, const std::string& flags,
                      const std::function<void(const std::string& given)>& take, OptionText text);
/// A whole number within limits. A wrong value is a ConfigError that names option, rule and value.
CLI::Option* add_count(CLI::App& command, const std::string& flags, std::int64_t& value, Limits limits,
                       OptionText text);
/// A real number in [0, below) ((0, below) if `positive`).
CLI::Option* add_real(CLI::App& command, const std::string& flags, double& value, double below, bool positive,
                      OptionText text);
/// One of `known`; anything else is answered with the nearest.
CLI::Option* add_choice(CLI::App& command, const std::string& flags, std::string& value,
                        std::span<const std::string_view> known, OptionText text);
/// Off unless it is given.
void add_flag(CLI::App& command, const std::string& flags, bool& value, const char* help);
/// Any text but none.
CLI::Option* add_text(CLI::App& command, const std::string& flags, std::string& value, OptionText text);
/// A half-open range A:B of row numbers; A and B may be left out: "5:", ":10", ":". A lone number is one row.
CLI::Option* add_range(CLI::App& command, const std::string& flags, std::int64_t& begin, std::int64_t& end,
                       OptionText text);

/// The options of every command; --profile only of those that can be timed part by part.
void add_common(CLI::App& command, Common& common, bool profiled = true);
/// Says of a --seed that nothing is drawn with it.
void note_seed(const Common& common, const std::string& why, Notes& notes);
/// --mc and --masks.
struct MonteCarlo {
  std::int64_t samples = 0;
  std::string masks = "independent";
};
void add_monte_carlo(CLI::App& command, MonteCarlo& options, Limits limits);
/// Throws ConfigError for --masks where --mc asks for no sample.
void require_samples(const CLI::App& command, const MonteCarlo& options);
/// Sets threads and colour for the whole program.
void apply(const Common& common);

/// The groups whose options a command's help only names: those of all commands, and those of odd files.
inline constexpr const char* kCommonGroup = "Common";
inline constexpr const char* kMoreGroup = "Files (docs/files.md)";
inline constexpr const char* kDataGroup = "Data";
inline constexpr const char* kMonteCarloGroup = "Options";

}  // namespace regulus::cli
