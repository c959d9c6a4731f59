// SPDX-License-Identifier: Apache-2.0
#include "cli/usage.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/errors.h"
#include "cli/options.h"
#include "regulus/base/names.h"

namespace regulus::cli {
namespace {

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

std::string see_help(const std::string& command) {
  return "See \"regulus " + command + (command.empty() ? "--help\"." : " --help\".");
}

bool has_command(const CLI::App& app, const std::string& name) {
  const std::vector<std::string> names = command_names(app);
  return std::find(names.begin(), names.end(), name) != names.end();
}

[[noreturn]] void reject_unknown_command(const CLI::App& app, const std::string& name) {
  const std::vector<std::string> names = command_names(app);
  const std::vector<std::string_view> known(names.begin(), names.end());
  refuse_usage("", '"' + name + "\" is not a command", did_you_mean(name, known));
}

// CLI11 does not say which names it knows; the option typed last without a match is among `extras`.
[[noreturn]] void reject_extras(const CLI::App& command, const std::vector<std::string>& extras) {
  const std::string name = command.get_parent() == nullptr ? "" : command.get_name();
  const auto option =
      std::find_if(extras.begin(), extras.end(), [](const auto& e) { return e.starts_with('-'); });
  if (option == extras.end())
    refuse_usage(name, "argument \"" + extras.front() + "\" is not expected", see_help(name));
  const std::string typed = option->substr(0, option->find('='));
  std::vector<std::string> names;
  for (const CLI::Option* known : command.get_options())
    for (const std::string& long_name : known->get_lnames()) names.push_back("--" + long_name);
  const std::vector<std::string_view> known(names.begin(), names.end());
  const std::string dashes = typed.starts_with("--") ? "" : "-";
  const std::string near = meant_name(dashes + typed, known);
  refuse_usage(name, "option \"" + typed + "\" is not known",
               near.empty() ? see_help(name) : "Did you mean \"" + near + "\"?");
}

const CLI::Option* option_named(const CLI::App& command, const std::string& typed) {
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames())
      if (typed == "--" + name) return option;
    for (const std::string& name : option->get_snames())
      if (typed == "-" + name) return option;
  }
  return nullptr;
}

// `regulus --threads 2 predict …` means `regulus predict --threads 2 …`: what every command has may stand
// before it.
void move_behind_command(const CLI::App& app, std::vector<std::string>& arguments) {
  const CLI::App& any = *app.get_subcommands({}).front();
  std::size_t at = 0;
  while (at < arguments.size() && arguments[at].starts_with('-')) {
    const std::size_t equals = arguments[at].find('=');
    const CLI::Option* option = option_named(any, arguments[at].substr(0, equals));
    if (option == nullptr || option->get_group() != kCommonGroup) break;
    at += option->get_items_expected_max() > 0 && equals == std::string::npos ? 2 : 1;
  }
  if (at > arguments.size()) refuse_usage("", arguments.back() + " needs a value", see_help(""));
  if (at == 0) return;
  const auto command = arguments.begin() + static_cast<std::ptrdiff_t>(at);
  if (command == arguments.end() || *command == "-h" || *command == "--help" || *command == "-V" ||
      *command == "--version")
    arguments.erase(arguments.begin(), command);
  else if (!command->starts_with('-'))
    std::rotate(arguments.begin(), command, command + 1);
}

// What only some commands have belongs behind them.
void reject_early_option(const CLI::App& app, const std::vector<std::string>& arguments) {
  const std::string typed = arguments.front().substr(0, arguments.front().find('='));
  if (option_named(app, typed) != nullptr) return;
  const CLI::App* knows = nullptr;
  for (const CLI::App* command : app.get_subcommands({})) {
    if (option_named(*command, typed) == nullptr) continue;
    const bool meant = std::find(arguments.begin(), arguments.end(), command->get_name()) != arguments.end();
    if (knows == nullptr || meant) knows = command;
  }
  if (knows != nullptr)
    refuse_usage("", "option \"" + typed + "\" comes behind the command",
                 "As in \"regulus " + knows->get_name() + " " + typed + "\".");
}

// "--epochs: 1 required N missing" -> "--epochs".
std::string subject(const CLI::Error& error) {
  const std::string text = error.what();
  return text.substr(0, text.find_first_of(": "));
}

}  // namespace

Parsed parse(CLI::App& app, std::vector<std::string> arguments) {
  app.set_version_flag("-V,--version", std::string());
  const bool json = wants_json(arguments);
  move_behind_command(app, arguments);
  if (!arguments.empty() && arguments.front() == "help") {
    const auto topic = std::find_if(arguments.begin() + 1, arguments.end(),
                                    [](const std::string& word) { return !word.starts_with('-'); });
    arguments = topic == arguments.end() ? std::vector<std::string>{"--help"}
                                         : std::vector<std::string>{*topic, "--help"};
  }
  if (arguments.empty() && json) refuse_usage("", "no command is given", see_help(""));
  if (!arguments.empty() && arguments.front().starts_with('-')) reject_early_option(app, arguments);
  if (!arguments.empty() && !arguments.front().starts_with('-') && !has_command(app, arguments.front()))
    reject_unknown_command(app, arguments.front());

  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  const auto command = [&app]() -> const CLI::App& {
    const auto chosen = app.get_subcommands();
    return chosen.empty() ? app : *chosen.front();
  };
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    return Parsed::kHelp;
  } catch (const CLI::CallForVersion&) {
    return Parsed::kVersion;
  } catch (const CLI::ExtrasError&) {
    const CLI::App& at = app.remaining().empty() ? command() : app;
    reject_extras(at, at.remaining());
  } catch (const CLI::ArgumentMismatch& error) {
    refuse_usage(command().get_name(), subject(error) + " needs a value", see_help(command().get_name()));
  } catch (const CLI::RequiredError& error) {
    refuse_usage(command().get_name(), subject(error) + " is missing", see_help(command().get_name()));
  } catch (const CLI::ConversionError& error) {  // only a flag can be given what does not convert
    const std::string text = error.what();
    const std::string flag = text.substr(std::min(text.find("--"), text.size()));
    refuse_usage(command().get_name(), flag.substr(0, flag.find(' ')) + " takes no value", "");
  } catch (const CLI::ParseError& error) {
    refuse_usage(command().get_name(), error.what(), see_help(command().get_name()));
  }
  return app.get_subcommands().empty() ? Parsed::kNothing : Parsed::kCommand;
}

bool wants_json(const std::vector<std::string>& arguments) {
  return std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
}

}  // namespace regulus::cli
