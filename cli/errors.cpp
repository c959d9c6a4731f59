// SPDX-License-Identifier: Apache-2.0
#include "cli/errors.h"

#include <unistd.h>

#include <iostream>
#include <new>

#include "cli/style.h"
#include "regulus/base/json.h"
#include "regulus/runtime/team.h"

namespace regulus::cli {
namespace {

int exit_code(const Error& error) {
  if (const auto* interrupted = dynamic_cast<const Interrupted*>(&error)) return 128 + interrupted->signal();
  if (dynamic_cast<const MismatchError*>(&error)) return kMismatch;
  if (dynamic_cast<const WriteError*>(&error) || dynamic_cast<const NumericError*>(&error) ||
      dynamic_cast<const runtime::ThreadError*>(&error))
    return kFailed;
  if (dynamic_cast<const ConfigError*>(&error)) return kUsage;
  return kBadInput;
}

void report(bool json, const std::string& kind, const ErrorInfo& info, const std::string& line) {
  std::cout.flush();
  if (json) {
    const Value::Dict fields = {{"kind", kind},
                                {"where", escaped(info.where)},
                                {"what", escaped(info.what)},
                                {"expected", escaped(info.expected)},
                                {"found", escaped(info.found)},
                                {"fix", escaped(info.fix)}};
    std::cout << to_json(Value(Value::Dict{{"error", fields}})) << std::endl;
    if (std::cout) return;  // else standard output itself is what failed
  }
  std::cerr << style_for(STDERR_FILENO).alarm("regulus:") << ' ' << line << std::endl;
}

int report(bool json, const std::string& kind, const std::string& what, const std::string& fix, int code) {
  report(json, kind, {.where = "regulus", .what = what, .expected = "", .found = "", .fix = fix},
         what + ". " + fix);
  return code;
}

}  // namespace

ConfigError usage_error(const std::string& command, ErrorInfo info) {
  info.where = command.empty() ? "regulus" : command;
  return ConfigError(std::move(info));
}

int reporting_errors(bool json, const std::function<int()>& body) {
  try {
    return body();
  } catch (const Error& error) {
    std::string line = error.what();
    if (line.starts_with("regulus: ")) line.erase(0, 9);
    report(json, error.kind(), error.info(), line);
    return exit_code(error);
  } catch (const std::bad_alloc&) {
    return report(json, "memory", "not enough memory", "Free some, or use fewer rows.", kFailed);
  } catch (const std::exception& error) {
    return report(json, "internal", escaped(error.what()), "This is a mistake of regulus: please report it.",
                  kInternal);
  }
}

}  // namespace regulus::cli
