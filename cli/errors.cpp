// SPDX-License-Identifier: Apache-2.0
#include "cli/errors.h"

#include <unistd.h>

#include <iostream>
#include <new>
#include <system_error>
#include <utility>

#include "cli/style.h"
#include "regulus/base/json.h"
#include "regulus/base/memory.h"
#include "regulus/runtime/team.h"

namespace regulus::cli {
namespace {

int exit_code(const Error& error) {
  if (const auto* interrupted = dynamic_cast<const Interrupted*>(&error)) return 128 + interrupted->signal();
  if (dynamic_cast<const MismatchError*>(&error)) return kMismatch;
  if (dynamic_cast<const WriteError*>(&error) || dynamic_cast<const NumericError*>(&error) ||
      dynamic_cast<const runtime::ThreadError*>(&error) || dynamic_cast<const MemoryError*>(&error))
    return kFailed;
  if (dynamic_cast<const ConfigError*>(&error)) return kUsage;
  return kBadInput;
}

Failure plain(const std::string& kind, const std::string& what, const std::string& fix, int code) {
  return {kind, {.where = "regulus", .what = what, .fix = fix}, what + ". " + fix, code};
}

int report(bool json, const Failure& failure) {
  std::cout.flush();
  if (json) {
    std::cout << to_json(Value(Value::Dict{{"error", error_json(failure)}})) << std::endl;
    if (std::cout) return failure.exit_code;  // else standard output itself is what failed
  }
  std::cerr << style_for(STDERR_FILENO).alarm("regulus:") << ' ' << failure.line << std::endl;
  return failure.exit_code;
}

}  // namespace

Failure failure_of(const std::exception& exception) {
  if (const auto* error = dynamic_cast<const Error*>(&exception)) {
    std::string line = error->what();
    if (line.starts_with("regulus: ")) line.erase(0, 9);
    return {error->kind(), error->info(), std::move(line), exit_code(*error)};
  }
  if (dynamic_cast<const std::bad_alloc*>(&exception))
    return plain("memory", "not enough memory", "Free some, or use fewer rows.", kFailed);
  if (const auto* error = dynamic_cast<const std::system_error*>(&exception))
    return plain("system", escaped(error->what()), "Try fewer --threads, or free resources.", kFailed);
  return plain("internal", escaped(exception.what()), "This is a mistake of regulus: please report it.",
               kInternal);
}

Value error_json(const Failure& failure) {
  const ErrorInfo& info = failure.info;
  return Value::Dict{{"kind", failure.kind},         {"where", escaped(info.where)},
                     {"what", escaped(info.what)},   {"expected", escaped(info.expected)},
                     {"found", escaped(info.found)}, {"fix", escaped(info.fix)}};
}

ConfigError usage_error(const std::string& command, ErrorInfo info) {
  info.where = command.empty() ? "regulus" : command;
  return ConfigError(std::move(info));
}

void refuse_usage(const std::string& command, std::string what, std::string fix, std::string found) {
  throw usage_error(command,
                    {.where = "", .what = std::move(what), .found = std::move(found), .fix = std::move(fix)});
}

int reporting_errors(bool json, const std::function<int()>& body) {
  try {
    return body();
  } catch (const Answered& answered) {
    return answered.exit_code();
  } catch (const std::exception& error) {
    return report(json, failure_of(error));
  }
}

}  // namespace regulus::cli
