// SPDX-License-Identifier: Apache-2.0
// A target without libFuzzer, for any compiler: its seeds, the small ones also cut at every byte and with
// every bit flipped, or the files that are named.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "fuzz/structure.h"
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

  // Changes of structure alone, the same for the same numbers. With a budget, each input may take so much of
  // the processor's time.
  void run_mutants(const std::vector<Seed>& seeds, std::int64_t first, std::int64_t count,
                   double max_seconds) {
    std::string value;
    for (std::int64_t i = first; i < first + count; ++i) {
      const Seed& seed = seeds[static_cast<std::size_t>(i) % seeds.size()];
      Random random(static_cast<unsigned>(i + 1));
      const auto mutant = restructured(seed.bytes, random);
      if (!mutant) continue;
      const double begin = processor_seconds();
      run(seed.name + ", mutant " + std::to_string(i), *mutant, value);
      const double taken = processor_seconds() - begin;
      if (max_seconds > 0 && taken > max_seconds) complain("it took " + std::to_string(taken) + " s");
    }
  }

  int verdict() const {
    std::printf("%lld inputs, %lld accepted, %lld broken promises\n", static_cast<long long>(counts_.inputs),
                static_cast<long long>(counts_.accepted), static_cast<long long>(counts_.broken));
    return counts_.broken == 0 ? 0 : 1;
  }

 private:
  static double processor_seconds() {
    timespec time = {};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  }
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

std::vector<Seed> files_in(const std::filesystem::path& folder) {
  std::vector<Seed> seeds;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    seeds.push_back({entry.path().filename().string(), Bytes{std::istreambuf_iterator<char>(file), {}},
                     SeedKind::kOther});
  }
  std::sort(seeds.begin(), seeds.end(), [](const Seed& a, const Seed& b) { return a.name < b.name; });
  return seeds;
}

int replay_mutants(std::span<char*> words) {
  Replay replay;
  replay.run_mutants(words.size() > 3 ? files_in(words[3]) : target().seeds(),
                     words.size() > 2 ? std::atoll(words[2]) : 0, std::atoll(words[0]),
                     words.size() > 1 ? std::atof(words[1]) : 0);
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
// regulus_replay_NAME --mutants COUNT [SECONDS [FIRST [FOLDER]]]: of the target's seeds, or of a folder's
// files; each may take so many seconds of the processor's time (0: any number)
int main(int argc, char** argv) {
  using namespace regulus::fuzz;
  if (__sanitizer_set_death_callback) __sanitizer_set_death_callback(say_running);
  for (const int signal : {SIGABRT, SIGSEGV, SIGFPE, SIGBUS}) std::signal(signal, say_running_and_end);
  if (argc == 3 && std::string(argv[1]) == "--write-seeds") return write_seeds(argv[2]);
  if (argc >= 3 && std::string(argv[1]) == "--mutants")
    return replay_mutants({argv + 2, static_cast<std::size_t>(argc - 2)});
  return argc > 1 ? replay_files({argv + 1, static_cast<std::size_t>(argc - 1)}) : replay_seeds();
}
