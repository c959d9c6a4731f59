// SPDX-License-Identifier: Apache-2.0
// A target without libFuzzer, for any compiler: its seeds, the small ones also cut at every byte and with
// every bit flipped, or the files that are named.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "fuzz/target.h"
#include "support/allocations.h"

// Sanitizers call this before they end the process.
extern "C" [[gnu::weak]] void __sanitizer_set_death_callback(void (*callback)());

namespace regulus::fuzz {
namespace {

// What an input may ask for at once: many times what a sound file of its size needs.
constexpr std::size_t kMaxAllocation = std::size_t{16} << 20;

// Larger files are no seeds for libFuzzer, which would cut them, and are not varied.
constexpr std::size_t kMaxFuzzed = 16384;
// Of files above this many bytes not every place is varied, but so many, spread evenly.
constexpr std::size_t kMaxVaried = 3000;

// From one place to the next; odd, so that bits of all eight kinds are met.
std::size_t step(std::size_t places, std::size_t wanted) {
  return places <= wanted ? 1 : places / wanted | 1;
}

std::string running;

void say_running() {
  std::fprintf(stderr, "while reading %s\n", running.c_str());
}
void say_running_and_end(int signal) {
  say_running();
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

struct Counts {
  std::int64_t inputs = 0;
  std::int64_t accepted = 0;
  std::int64_t broken = 0;
};

class Replay {
 public:
  // True if the input was accepted.
  bool run(const std::string& name, View input, std::string& value) {
    running = name;
    ++counts_.inputs;
    testing::largest_allocation = 0;
    try {
      // A copy of its very size: what reads beyond it is caught.
      const Bytes exact(input.begin(), input.end());
      const bool accepted = try_input(exact, value);
      require(testing::largest_allocation <= kMaxAllocation,
              "it asked for " + std::to_string(testing::largest_allocation) + " bytes at once");
      counts_.accepted += accepted ? 1 : 0;
      return accepted;
    } catch (const std::exception& error) {
      complain(error.what());
      return false;
    }
  }

  void run_around(const Seed& seed) {
    std::string value;
    const bool sound = run(seed.name, seed.bytes, value);
    if (!sound && seed.kind != SeedKind::kOther) complain("a sound file was refused");
    if (!sound || seed.bytes.size() > kMaxFuzzed) return;
    std::string other;
    const std::size_t num_bytes = seed.bytes.size();
    for (std::size_t size = 0; size < num_bytes; size += step(num_bytes, kMaxVaried))
      run(seed.name + ", its first " + std::to_string(size) + " bytes", View(seed.bytes).first(size), other);
    Bytes flipped = seed.bytes;
    const std::size_t bits_apart = num_bytes <= kMaxVaried ? 1 : step(8 * num_bytes, kMaxVaried);
    for (std::size_t bit = 0; bit < 8 * num_bytes; bit += bits_apart) {
      flipped[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
      const bool accepted = run(seed.name + ", bit " + std::to_string(bit) + " flipped", flipped, other);
      if (accepted && seed.kind == SeedKind::kChecksummed && other != value)
        complain("the damage was not noticed");
      flipped[bit / 8] = seed.bytes[bit / 8];
    }
  }

  int verdict() const {
    std::printf("%lld inputs, %lld accepted, %lld broken promises\n", static_cast<long long>(counts_.inputs),
                static_cast<long long>(counts_.accepted), static_cast<long long>(counts_.broken));
    return counts_.broken == 0 ? 0 : 1;
  }

 private:
  void complain(const std::string& what) {
    constexpr std::int64_t kShown = 20;
    if (++counts_.broken <= kShown) std::fprintf(stderr, "%s: %s\n", running.c_str(), what.c_str());
  }

  Counts counts_;
};

int write_seeds(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  for (const Seed& seed : target().seeds()) {
    if (seed.bytes.size() > kMaxFuzzed) continue;
    std::string name = seed.name;
    std::replace(name.begin(), name.end(), '/', '_');
    std::ofstream file(folder / name, std::ios::binary);
    file.write(reinterpret_cast<const char*>(seed.bytes.data()),
               static_cast<std::streamsize>(seed.bytes.size()));
    if (!file.flush()) {
      std::fprintf(stderr, "cannot write %s\n", (folder / name).c_str());
      return 1;
    }
  }
  return 0;
}

int replay_seeds() {
  Replay replay;
  for (const Seed& seed : target().seeds()) replay.run_around(seed);
  return replay.verdict();
}

int replay_files(std::span<char*> paths) {
  Replay replay;
  std::string value;
  for (const char* path : paths) {
    std::ifstream file(path, std::ios::binary);
    const Bytes bytes{std::istreambuf_iterator<char>(file), {}};
    replay.run(path, bytes, value);
  }
  return replay.verdict();
}

}  // namespace
}  // namespace regulus::fuzz

// regulus_replay_NAME [FILE...]; regulus_replay_NAME --write-seeds FOLDER
int main(int argc, char** argv) {
  using namespace regulus::fuzz;
  if (__sanitizer_set_death_callback) __sanitizer_set_death_callback(say_running);
  for (const int signal : {SIGABRT, SIGSEGV, SIGFPE, SIGBUS}) std::signal(signal, say_running_and_end);
  if (argc == 3 && std::string(argv[1]) == "--write-seeds") return write_seeds(argv[2]);
  return argc > 1 ? replay_files({argv + 1, static_cast<std::size_t>(argc - 1)}) : replay_seeds();
}
