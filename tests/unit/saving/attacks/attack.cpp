// SPDX-License-Identifier: Apache-2.0
#include "unit/saving/attacks/attack.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "regulus/base/error.h"
#include "regulus/base/json.h"
#include "regulus/io/csv.h"
#include "regulus/io/hdf5.h"
#include "regulus/io/idx.h"
#include "regulus/io/npy.h"
#include "regulus/io/npz.h"
#include "regulus/io/safetensors.h"
#include "regulus/io/zip.h"
#include "regulus/saving/model_file.h"
#include "support/golden_files.h"

namespace regulus::testing {
namespace {

#ifdef __SANITIZE_ADDRESS__  // keeps a shadow of all memory, and freed memory for a while
constexpr bool kMemoryCounts = false;
#else
constexpr bool kMemoryCounts = true;
#endif
// What a sound file of the attack's size takes on this machine, so many times.
constexpr double kMaxSoundFiles = 10;
constexpr std::size_t kSoundBytes = std::size_t{256} << 10;  // smaller attacks may take what such a file does
constexpr std::int64_t kMaxKilobytes = 64 * 1024;

// How a process ended, what it said, and what it took.
struct Outcome {
  int status = 0;
  std::string said;
  double seconds = 0;
  std::int64_t kilobytes = 0;
};

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

template <class Call>
Outcome in_child(Call call) {
  int pipe_ends[2];
  if (pipe(pipe_ends) != 0) throw std::runtime_error("pipe");
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("fork");
  if (child == 0) {
    const std::string said = call();
    const auto written = write(pipe_ends[1], said.data(), said.size());
    _exit(written == static_cast<ssize_t>(said.size()) ? 0 : 1);
  }
  close(pipe_ends[1]);
  Outcome outcome;
  char buffer[512];
  for (ssize_t got = 0; (got = read(pipe_ends[0], buffer, sizeof buffer)) > 0;)
    outcome.said.append(buffer, static_cast<std::size_t>(got));
  close(pipe_ends[0]);
  rusage usage = {};
  wait4(child, &outcome.status, 0, &usage);
  outcome.seconds = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
  outcome.kilobytes = usage.ru_maxrss;
  return outcome;
}

// "data: f: …" for the error, "accepted" for none.
std::string read_and_say(const Attack& attack, const Bytes& file) {
  try {
    attack.read(file, "f");
    return "accepted";
  } catch (const Error& error) {
    return std::string(error.kind()) + ": " + error.what();
  } catch (const std::exception& error) {
    return std::string("another exception: ") + error.what();
  }
}

double max_seconds(std::size_t bytes) {
  static const double of_one_byte = [] {
    std::string sound = "[0";
    while (sound.size() < kSoundBytes - 1) sound += ",0";
    const Bytes file = bytes_of(sound + "]");
    constexpr double kEnough = 0.03;  // a process's time may be counted in hundredths
    int count = 0;
    Outcome outcome;
    for (int next = 1; outcome.seconds < kEnough && next < 1000; next *= 3) {
      count = next;
      outcome = in_child([&] {
        for (int i = 0; i < count; ++i) reading::json(file, "f");
        return std::string();
      });
    }
    return outcome.seconds / count / static_cast<double>(file.size());
  }();
  return kMaxSoundFiles * of_one_byte * static_cast<double>(std::max(bytes, kSoundBytes));
}

}  // namespace

void PrintTo(const Attack& attack, std::ostream* out) {
  *out << attack.name;
}
std::string attack_name(const ::testing::TestParamInfo<Attack>& info) {
  return info.param.name;
}

void expect_refused(const Attack& attack) {
  SCOPED_TRACE(attack.name);
  const Bytes file = attack.file();
  const Outcome idle = in_child([] { return std::string(); });
  const Outcome outcome = in_child([&] { return read_and_say(attack, file); });
  ASSERT_EQ(outcome.status, 0) << "the process died";
  EXPECT_TRUE(outcome.said.starts_with("data: f: ")) << outcome.said;
  EXPECT_LE(outcome.said.size(), std::strlen("data: ") + 300);
  EXPECT_EQ(outcome.said.find_first_of("\n\r\t\033"), std::string::npos) << outcome.said;
  EXPECT_NE(outcome.said.find(attack.says), std::string::npos) << outcome.said;
  EXPECT_LT(outcome.seconds - idle.seconds, max_seconds(file.size()));
  if (kMemoryCounts) {
    EXPECT_LT(outcome.kilobytes - idle.kilobytes, kMaxKilobytes);
  }
}

void expect_golden_refused(const std::string& file, void (*read)(const Bytes&, const std::string&),
                           const std::function<bool(const std::string&, const std::string&)>& chosen) {
  int count = 0;
  for (const GoldenFile& golden : golden_files(file)) {
    if (!chosen(golden.list, golden.name)) continue;
    expect_refused({golden.name, [&] { return golden.bytes; }, read});
    ++count;
  }
  EXPECT_GT(count, 0);
}

namespace reading {

void model(const Bytes& file, const std::string& where) {
  model_from_bytes(file, where);
}
void json(const Bytes& file, const std::string& where) {
  parse_json({reinterpret_cast<const char*>(file.data()), file.size()}, where);
}
void safetensors(const Bytes& file, const std::string& where) {
  io::parse_safetensors(file, where);
}
void npy(const Bytes& file, const std::string& where) {
  io::parse_npy(file, where);
}
void npz(const Bytes& file, const std::string& where) {
  io::parse_npz(file, where);
}
void zip(const Bytes& file, const std::string& where) {
  const io::ZipArchive archive(file, where);
  for (const std::string& name : archive.names()) archive.read(name);
}
void hdf5(const Bytes& file, const std::string& where) {
  io::parse_hdf5(file, where);
}
void idx(const Bytes& file, const std::string& where) {
  parse_idx_array(file, where);
}
void csv(const Bytes& file, const std::string& where) {
  io::CsvReader reader(file, where);
  for (std::vector<std::string_view> cells; reader.next(cells);) {
  }
}

}  // namespace reading

Bytes bytes_of(const std::string& text) {
  return {text.begin(), text.end()};
}

Bytes safetensors_of(const std::string& header, std::size_t data_bytes) {
  Bytes bytes(8 + header.size() + data_bytes);
  const std::uint64_t length = header.size();
  std::memcpy(bytes.data(), &length, sizeof length);
  std::memcpy(bytes.data() + sizeof length, header.data(), header.size());
  return bytes;
}

}  // namespace regulus::testing
