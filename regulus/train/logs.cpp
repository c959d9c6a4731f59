// SPDX-License-Identifier: Apache-2.0
#include "regulus/train/logs.h"

#include <algorithm>

#include "regulus/base/error.h"
#include "regulus/base/names.h"

namespace regulus {
namespace {

template <class Entries>
auto find(Entries& entries, std::string_view name) {
  return std::find_if(entries.begin(), entries.end(), [&](const auto& e) { return e.first == name; });
}

template <class Entries>
[[noreturn]] void throw_unknown(const char* where, const Entries& entries, std::string_view name) {
  std::vector<std::string_view> known;
  for (const auto& entry : entries) known.push_back(entry.first);
  throw ConfigError({.where = where,
                     .what = "\"" + std::string(name) + "\" was not logged",
                     .fix = did_you_mean(name, known)});
}

}  // namespace

double Logs::operator[](std::string_view name) const {
  const auto it = find(entries_, name);
  if (it == entries_.end()) throw_unknown("logs", entries_, name);
  return it->second;
}

bool Logs::contains(std::string_view name) const {
  return find(entries_, name) != entries_.end();
}

void Logs::set(std::string_view name, double value) {
  const auto it = find(entries_, name);
  if (it != entries_.end())
    it->second = value;
  else
    entries_.emplace_back(std::string(name), value);
}

const std::vector<double>& History::operator[](std::string_view name) const {
  const auto it = find(series_, name);
  if (it == series_.end()) throw_unknown("history", series_, name);
  return it->second;
}

bool History::contains(std::string_view name) const {
  return find(series_, name) != series_.end();
}

std::vector<std::string> History::names() const {
  std::vector<std::string> names;
  for (const auto& [name, values] : series_) names.push_back(name);
  return names;
}

void History::append(int epoch, const Logs& logs, double seconds) {
  epoch_.push_back(epoch);
  seconds_.push_back(seconds);
  for (const auto& [name, value] : logs) {
    auto it = find(series_, name);
    if (it == series_.end()) it = series_.insert(series_.end(), {name, {}});
    it->second.push_back(value);
  }
}

}  // namespace regulus
