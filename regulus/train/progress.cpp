// SPDX-License-Identifier: Apache-2.0
#include "regulus/train/progress.h"

#include <unistd.h>

#include <cmath>
#include <iostream>

#include "regulus/base/plain_text.h"
#include "regulus/runtime/terminal.h"

namespace regulus {
namespace {

constexpr int kCells = 20;
constexpr auto kRedrawEvery = std::chrono::milliseconds(100);
constexpr const char* kGreen = "\x1b[32m";
constexpr const char* kGrey = "\x1b[37m";
constexpr const char* kPlain = "\x1b[0m";
constexpr const char* kEraseRest = "\x1b[K";

std::string two_digits(long long value) {
  const std::string digits = std::to_string(value);
  return value < 10 ? '0' + digits : digits;
}

std::string repeated(const std::string& text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

// Columns on a terminal: bytes that do not continue a character, control sequences left out.
int shown_columns(const std::string& text) {
  int columns = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b') {
      i = text.find('m', i);
      continue;
    }
    columns += (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
  }
  return columns;
}

bool is_part_of_loss(const std::string& name) {
  return name == "data_loss" || name == "penalty" || name == "val_data_loss" || name == "val_penalty";
}

}  // namespace

std::string progress_number(double value) {
  return std::fabs(value) > 1e-3 || value == 0 ? fixed_text(value, 4) : exponent_text(value, 4);
}

std::string step_time(double seconds) {
  if (seconds >= 1) return fixed_text(seconds, 0) + "s";
  if (seconds >= 1e-3) return fixed_text(seconds * 1e3, 0) + "ms";
  return fixed_text(seconds * 1e6, 0) + "us";
}

std::string clock_time(double seconds) {
  const auto whole = static_cast<long long>(seconds + 0.5);
  if (whole < 60) return std::to_string(whole) + "s";
  const std::string seconds_text = ':' + two_digits(whole % 60);
  if (whole < 3600) return std::to_string(whole / 60) + seconds_text;
  return std::to_string(whole / 3600) + ':' + two_digits(whole / 60 % 60) + seconds_text;
}

// The one place of the library that names standard output, because `verbose` asks for it.
std::ostream& progress_stream(std::ostream* log) {
  return log ? *log : std::cout;
}

ProgressStyle progress_style(Verbose verbose, const std::ostream* log) {
  const int descriptor = log == &std::cerr ? STDERR_FILENO : STDOUT_FILENO;
  const bool standard = log == nullptr || log == &std::cout || log == &std::cerr;
  const bool terminal = standard && runtime::is_terminal(descriptor);
  ProgressStyle style;
  style.bar = verbose.is_auto() ? terminal : verbose.level() == 1;
  style.redraw = terminal;
  style.utf8 = runtime::has_utf8_locale();
  style.colour = terminal && runtime::colour_wanted();
  if (terminal) style.columns = runtime::terminal_columns(descriptor);
  return style;
}

void ProgbarLogger::on_epoch_begin(int epoch) {
  begin_ = drawn_ = now_();
  done_ = 0;
  out_ << "Epoch " << std::to_string(epoch + 1) << '/' << std::to_string(params().epochs)
       << (style_.bar ? "\n" : " - ") << std::flush;
}

void ProgbarLogger::on_train_batch_end(std::int64_t batch, const Logs& logs) {
  done_ = batch + 1;
  if (!style_.bar || !style_.redraw) return;
  const Clock::time_point now = now_();
  if (now - drawn_ < kRedrawEvery) return;
  drawn_ = now;
  draw(logs, false);
}

void ProgbarLogger::on_epoch_end(int, const Logs& logs) {
  draw(logs, true);
}

void ProgbarLogger::draw(const Logs& logs, bool finished) {
  const std::string line = with_metrics(bar_line(done_, params().steps, elapsed(), finished), logs, finished);
  if (style_.redraw && style_.bar)
    out_ << '\r' << line << kEraseRest;
  else
    out_ << line;
  if (finished) out_ << '\n';
  out_ << std::flush;
}

void ProgbarLogger::show_evaluation(std::int64_t steps, double seconds, const Logs& logs) {
  out_ << with_metrics(bar_line(steps, steps, seconds, true), logs, true) << '\n' << std::flush;
}

std::string ProgbarLogger::bar_line(std::int64_t done, std::int64_t steps, double seconds,
                                    bool finished) const {
  const std::string total = std::to_string(steps);
  std::string count = std::to_string(done);
  if (count.size() < total.size()) count.insert(0, total.size() - count.size(), ' ');
  std::string line = count + '/' + total;
  const double a_step = done > 0 ? seconds / static_cast<double>(done) : 0;
  if (!style_.bar) return line + " - " + clock_time(seconds) + " - " + step_time(a_step) + "/step";
  const int filled = steps > 0 ? static_cast<int>(kCells * done / steps) : kCells;
  const std::string cell = style_.utf8 ? "━" : "=";
  const std::string rest = style_.colour && style_.utf8 ? cell : style_.utf8 ? "─" : ".";
  line += ' ';
  if (style_.colour) line += kGreen;
  line += repeated(cell, filled);
  if (style_.colour) line += kGrey;
  line += repeated(rest, kCells - filled);
  if (style_.colour) line += kPlain;
  const double shown = finished ? seconds : a_step * static_cast<double>(steps - done);
  return line + ' ' + clock_time(shown) + ' ' + step_time(a_step) + "/step";
}

std::string ProgbarLogger::with_metrics(std::string line, const Logs& logs, bool finished) const {
  int columns = shown_columns(line);
  for (const auto& [name, value] : logs) {
    if (!params().has_penalty && is_part_of_loss(name)) continue;
    const std::string metric = name + ": " + progress_number(value);
    std::string piece = " - " + metric;
    if (style_.bar && style_.redraw && columns + shown_columns(piece) >= style_.columns) {
      if (!finished) break;  // a line that wraps could not be redrawn
      line += kEraseRest;
      piece = "\n    " + metric;
      columns = -1;
    }
    line += piece;
    columns += shown_columns(piece);
  }
  return line;
}

}  // namespace regulus
