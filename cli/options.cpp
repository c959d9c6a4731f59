// SPDX-License-Identifier: Apache-2.0
#include "cli/options.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <cmath>

#include "cli/errors.h"
#include "cli/style.h"
#include "regulus/base/names.h"
#include "regulus/runtime/team.h"

namespace regulus::cli {
namespace {

constexpr std::int64_t kMostRows = std::numeric_limits<std::uint32_t>::max();

// The whole text as a number of type T, or false.
template <class T>
bool parse_all(std::string_view text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

std::string quoted(const std::string& text) {
  return '"' + text + '"';
}

[[noreturn]] void reject(const CLI::App& command, const std::string& flags, const std::string& rule,
                         const std::string& expected, const std::string& found, const std::string& fix = "") {
  const std::string name = flags.substr(flags.rfind(',') + 1);
  throw usage_error(
      command.get_name(),
      {.where = "", .what = name + ' ' + rule, .expected = expected, .found = quoted(found), .fix = fix});
}

CLI::Option* add(CLI::App& command, const std::string& flags,
                 const std::function<void(const std::string&)>& take, const OptionText& text) {
  CLI::Option* option = command.add_option_function<std::string>(flags, take, text.help);
  return option->type_name(text.value)->default_str(text.fallback)->take_last();
}

}  // namespace

CLI::App& add_command(CLI::App& app, const std::string& name, const char* help, const char* examples) {
  CLI::App* command = app.add_subcommand(name, help);
  command->footer(examples);
  return *command;
}

void when_parsed(CLI::App& command, std::function<void()> call) {
  command.callback(std::move(call));
}

std::string name_of(const CLI::App& command) {
  return command.get_name();
}

bool is_given(const CLI::App& command, const std::string& option) {
  return command.count(option) > 0;
}

CLI::Option* option_of(CLI::App& command, const std::string& name) {
  return command.get_option(name);
}

void in_group(const char* group, CLI::Option* option) {
  option->group(group);
}

void require(CLI::Option* option) {
  option->required();
}

CLI::Option* add_last(CLI::App& command, const std::string& flags,
                      const std::function<void(const std::string& given)>& take, OptionText text) {
  return add(command, flags, take, text);
}

CLI::Option* add_each(CLI::App& command, const std::string& flags,
                      const std::function<void(const std::string& given)>& take, OptionText text) {
  const auto take_each = [take](const std::vector<std::string>& all) {
    for (const std::string& given : all) take(given);
  };
  return command.add_option_function<std::vector<std::string>>(flags, take_each, text.help)
      ->type_name(text.value)
      ->default_str(text.fallback)
      ->expected(1)
      ->take_all();
}

CLI::Option* add_count(CLI::App& command, const std::string& flags, std::int64_t& value, Limits limits,
                       OptionText text) {
  const auto take = [&command, flags, &value, limits](const std::string& given) {
    std::int64_t number = 0;
    if (parse_all(given, number) && number >= limits.least && number <= limits.most) {
      value = number;
      return;
    }
    const bool bounded = limits.most < kMostRows;
    const std::string least = with_commas(limits.least);
    reject(command, flags, "must be a whole number",
           bounded ? least + " to " + with_commas(limits.most) : "at least " + least, given);
  };
  return add(command, flags, take, text);
}

CLI::Option* add_real(CLI::App& command, const std::string& flags, double& value, double below, bool positive,
                      OptionText text) {
  const auto take = [&command, flags, &value, below, positive](const std::string& given) {
    double number = 0;
    if (parse_all(given, number) && std::isfinite(number) && (positive ? number > 0 : number >= 0) &&
        number < below) {
      value = number;
      return;
    }
    const std::string range = std::isfinite(below) ? std::string(positive ? "(0, " : "[0, ") +
                                                         std::to_string(std::lround(below)) + ")"
                              : positive ? "more than 0"
                                         : "at least 0";
    reject(command, flags, "must be a number", range, given);
  };
  return add(command, flags, take, text);
}

CLI::Option* add_choice(CLI::App& command, const std::string& flags, std::string& value,
                        std::span<const std::string_view> known, OptionText text) {
  const auto take = [&command, flags, &value, known](const std::string& given) {
    for (const std::string_view choice : known)
      if (choice == given) {
        value = given;
        return;
      }
    reject(command, flags, "is not known", "", given, did_you_mean(given, known));
  };
  return add(command, flags, take, text);
}

CLI::Option* add_text(CLI::App& command, const std::string& flags, std::string& value, OptionText text) {
  const auto take = [&command, flags, &value](const std::string& given) {
    if (given.empty()) reject(command, flags, "must not be empty", "", given);
    value = given;
  };
  return add(command, flags, take, text);
}

void add_flag(CLI::App& command, const std::string& flags, bool& value, const char* help) {
  command.add_flag(flags, value, help);
}

CLI::Option* add_range(CLI::App& command, const std::string& flags, std::int64_t& begin, std::int64_t& end,
                       OptionText text) {
  const auto take = [&command, flags, &begin, &end](const std::string& given) {
    const std::string_view all = given;
    const std::size_t colon = all.find(':');
    const std::string_view first = all.substr(0, colon);
    std::int64_t from = 0;
    std::int64_t to = kMostRows;
    bool valid = (first.empty() && colon != all.npos) || parse_all(first, from);
    if (colon == all.npos)
      to = from + 1;
    else if (const std::string_view last = all.substr(colon + 1); !last.empty())
      valid = valid && parse_all(last, to);
    if (!valid || from < 0 || from >= to || from >= kMostRows)
      reject(command, flags, "must be a range of row numbers", "A:B with 0 <= A < B", given);
    begin = from;
    end = to;
  };
  return add(command, flags, take, text);
}

void add_common(CLI::App& command, Common& common, bool profiled) {
  static constexpr std::string_view kWhen[] = {"auto", "always", "never"};
  add_count(command, "--seed", common.seed, {}, {"N", "same seed, same numbers to the last bit", "42"})
      ->each([&common](const std::string&) { common.seed_given = true; })
      ->group(kCommonGroup);
  add_count(command, "--threads", common.threads, {1, 1024},
            {"N", "changes the time taken, never a result", "all cores"})
      ->group(kCommonGroup);
  command.add_flag("--json", common.json, "one JSON document on standard output")->group(kCommonGroup);
  command.add_flag("-q,--quiet", common.quiet, "no progress, results only")->group(kCommonGroup);
  if (profiled)
    command.add_flag("--profile", common.profile, "where the time of a training or prediction went")
        ->group(kCommonGroup);
  add_choice(command, "--color", common.color, kWhen, {"WHEN", "auto, always or never", "auto"})
      ->group(kCommonGroup);
}

void add_monte_carlo(CLI::App& command, MonteCarlo& options, Limits limits) {
  static constexpr std::string_view kMasks[] = {"independent", "shared"};
  const bool optional = limits.least == 0;
  add_count(command, "--mc", options.samples, limits,
            {"N", "stochastic passes over each row", optional ? "none" : std::to_string(options.samples)})
      ->group(kMonteCarloGroup);
  add_choice(command, "--masks", options.masks, kMasks,
             {"KIND", "independent, or shared by a pass's rows", options.masks})
      ->group(kMonteCarloGroup);
}

void require_samples(const CLI::App& command, const MonteCarlo& options) {
  if (options.samples == 0 && command.count("--masks") > 0)
    refuse_usage(command.get_name(), "--masks needs --mc N",
                 "See \"regulus " + command.get_name() + " --help\".");
}

void note_seed(const Common& common, const std::string& why, Notes& notes) {
  if (common.seed_given) notes.add("--seed changes nothing here: " + why);
}

void apply(const Common& common) {
  choose_colour(common.color);
  if (common.threads > 0) runtime::set_num_threads(static_cast<int>(common.threads));
}

}  // namespace regulus::cli
