// SPDX-License-Identifier: Apache-2.0
#include "cli/help.h"

#include <CLI/CLI.hpp>
#include <sstream>

#include "cli/options.h"
#include "cli/output.h"

namespace regulus::cli {
namespace {

constexpr std::size_t kTextColumn = 24;

// "  -o, --output FILE"
std::string names(const CLI::Option& option) {
  std::string text = "  ";
  for (const std::string& name : option.get_snames()) text += "-" + name + ", ";
  for (const std::string& name : option.get_lnames()) text += "--" + name;
  if (option.get_positional()) text += option.get_type_name();
  if (!option.get_positional() && !option.get_type_name().empty()) text += ' ' + option.get_type_name();
  return text;
}

std::string entry(const std::string& first, const std::string& text) {
  return wrapped(first, text, kTextColumn - 1);
}

std::string entry(const CLI::Option& option) {
  const std::string fallback = option.get_default_str();
  return entry(names(option), option.get_description() + (fallback.empty() ? "" : " [" + fallback + "]"));
}

// The names of a group's options in a few lines: what they mean stands elsewhere.
std::string named_only(const CLI::App& command, const std::string& group, const std::string& last) {
  std::string line = group + ":";
  std::string all;
  const auto add = [&](const std::string& name) {
    if (line.size() + name.size() > text_columns()) {
      all += line + '\n';
      line = "";
    }
    line += name;
  };
  bool any = false;
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_group() != group) continue;
    add(names(*option));
    any = true;
  }
  if (!last.empty()) add(last);
  return any || !last.empty() ? all + line + '\n' : "";
}

std::string command_help(const CLI::App& command) {
  std::string positionals;
  std::string groups;
  for (const std::string& group : command.get_groups()) {
    if (group == kCommonGroup || group == kMoreGroup) continue;
    std::string entries;
    for (const CLI::Option* option : command.get_options())
      if (option->get_group() == group && option != command.get_help_ptr()) {
        entries += entry(*option);
        if (option->get_positional()) positionals += ' ' + option->get_type_name();
      }
    if (!entries.empty()) groups.append(group).append(":\n").append(entries);
  }
  std::string text = command.get_description() + "\nUsage: regulus " + command.get_name() + positionals +
                     " [options]\nExamples:\n";
  std::istringstream examples(command.get_footer());
  for (std::string example; std::getline(examples, example);) text += "  " + example + '\n';
  return text + groups + named_only(command, kMoreGroup, "") +
         named_only(command, kCommonGroup, "  -h, --help");
}

std::string program_help(const CLI::App& app) {
  std::string text = app.get_description() + "\nStart here:\n  regulus notebook\n\nCommands:\n";
  const auto commands = app.get_subcommands({});
  for (const CLI::App* command : commands)
    text += entry("  " + command->get_name(), command->get_description());
  text += "Options of every command:\n";
  for (const CLI::Option* option : commands.front()->get_options())
    if (option->get_group() == kCommonGroup) text += entry(*option);
  text += entry("  -h, --help", "what a command does, with examples");
  text += entry("  -V, --version", "version, instruction set, threads, libraries");
  return text +
         "Data is looked for in --data, $REGULUS_DATA, ~/.keras, the cache; then fetched.\n"
         "Exit codes: 0 fine, 1 run failed, 2 usage, 3 bad input file, 4 verify differs.\n";
}

}  // namespace

std::string help_text(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? program_help(app) : command_help(*chosen.front());
}

}  // namespace regulus::cli
