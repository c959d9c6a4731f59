// SPDX-License-Identifier: Apache-2.0
#include "cli/usage.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/errors.h"
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

[[noreturn]] void reject(const std::string& command, const std::string& what, const std::string& fix) {
  throw usage_error(command, {.where = "", .what = what, .expected = "", .found = "", .fix = fix});
}

bool has_command(const CLI::App& app, const std::string& name) {
  const std::vector<std::string> names = command_names(app);
  return std::find(names.begin(), names.end(), name) != names.end();
}

[[noreturn]] void reject_unknown_command(const CLI::App& app, const std::string& name) {
  const std::vector<std::string> names = command_names(app);
  const std::vector<std::string_view> known(names.begin(), names.end());
  reject("", '"' + name + "\" is not a command", did_you_mean(name, known));
}

// CLI11 does not say which names it knows; the option typed last without a match is among `extras`.
[[noreturn]] void reject_extras(const CLI::App& command, const std::vector<std::string>& extras) {
  const std::string name = command.get_parent() == nullptr ? "" : command.get_name();
  const auto option =
      std::find_if(extras.begin(), extras.end(), [](const auto& e) { return e.starts_with('-'); });
  if (option == extras.end())
    reject(name, "argument \"" + extras.front() + "\" is not expected", see_help(name));
  const std::string typed = option->substr(0, option->find('='));
  std::vector<std::string> names;
  for (const CLI::Option* known : command.get_options())
    for (const std::string& long_name : known->get_lnames()) names.push_back("--" + long_name);
  const std::vector<std::string_view> known(names.begin(), names.end());
  const std::string dashes = typed.starts_with("--") ? "" : "-";
  const std::string near = nearest_name(dashes + typed, known);
  reject(name, "option \"" + typed + "\" is not known",
         near.empty() ? see_help(name) : "Did you mean \"" + near + "\"?");
}

// "--epochs: 1 required N missing" -> "--epochs".
std::string subject(const CLI::Error& error) {
  const std::string text = error.what();
  return text.substr(0, text.find_first_of(": "));
}

}  // namespace

Parsed parse(CLI::App& app, std::vector<std::string> arguments) {
  app.set_version_flag("-V,--version", std::string());
  if (!arguments.empty() && arguments.front() == "help") {
    arguments.erase(arguments.begin());
    if (arguments.size() > 1) arguments.resize(1);
    arguments.push_back("--help");
  }
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
    reject(command().get_name(), subject(error) + " needs a value", see_help(command().get_name()));
  } catch (const CLI::RequiredError& error) {
    reject(command().get_name(), subject(error) + " is missing", see_help(command().get_name()));
  } catch (const CLI::ConversionError& error) {  // only a flag can be given what does not convert
    const std::string text = error.what();
    const std::string flag = text.substr(std::min(text.find("--"), text.size()));
    reject(command().get_name(), flag.substr(0, flag.find(' ')) + " takes no value", "");
  } catch (const CLI::ParseError& error) {
    reject(command().get_name(), error.what(), see_help(command().get_name()));
  }
  return app.get_subcommands().empty() ? Parsed::kNothing : Parsed::kCommand;
}

bool wants_json(const std::vector<std::string>& arguments) {
  return std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
}

}  // namespace regulus::cli
