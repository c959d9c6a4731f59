// SPDX-License-Identifier: Apache-2.0
// The jobs by PyTorch's C++ front end. Same protocol as the scripts beside it (../common.py).
#include <torch/torch.h>
#include <torch/version.h>
#include <zlib.h>

#include <cmath>
#include <cstdio>
#include <iostream>
#include <limits>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "../clock.h"

namespace {

using torch::Tensor;

constexpr std::int64_t kValidationRows = 5000;
constexpr std::int64_t kBatch = 32;
constexpr std::int64_t kMcRows = 1000;  // whose activations stay in the second-level cache
using bench::kPredictions;
using bench::kSamples;
using bench::kSingleRows;
using bench::median_seconds;
using bench::seconds;
const std::vector<std::int64_t> kUnits = {784, 300, 100, 10};

// Alpha dropout (Klambauer et al. 2017).
constexpr double kRate = 0.2;
constexpr double kDropped = -1.6732632423543772 * 1.0507009873554805;
const double kGain = 1 / std::sqrt((1 - kRate) * (1 + kRate * kDropped * kDropped));
const double kShift = -kGain * kDropped * kRate;

Tensor read_idx(const std::string& path, const std::vector<std::int64_t>& shape) {
  const gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) throw std::runtime_error("cannot read " + path);
  gzseek(file, 4 + 4 * (shape.size() == 2 ? 3 : 1), SEEK_SET);
  Tensor bytes = torch::empty(shape, torch::kUInt8);
  const int read = gzread(file, bytes.data_ptr(), static_cast<unsigned>(bytes.numel()));
  gzclose(file);
  if (read != bytes.numel()) throw std::runtime_error("too short: " + path);
  return bytes;
}

struct Data {
  Tensor train_x, train_y, test_x, test_y;
};

Data read_data(const std::string& folder) {
  const Tensor train = read_idx(folder + "/train-images-idx3-ubyte.gz", {60000, 784})
                           .slice(0, kValidationRows)
                           .to(torch::kFloat) /
                       255;
  const Tensor test = read_idx(folder + "/t10k-images-idx3-ubyte.gz", {10000, 784}).to(torch::kFloat) / 255;
  const Tensor mean = train.mean(0);
  const Tensor deviation = train.std(0, /*unbiased=*/false);
  return {
      (train - mean) / deviation,
      read_idx(folder + "/train-labels-idx1-ubyte.gz", {60000}).slice(0, kValidationRows).to(torch::kLong),
      (test - mean) / deviation, read_idx(folder + "/t10k-labels-idx1-ubyte.gz", {10000}).to(torch::kLong)};
}

// True with probability 1 - rate to a multiple of 2^-16: four decisions from one 64-bit draw.
Tensor keep_mask(std::int64_t rows, std::int64_t units) {
  const std::int64_t count = rows * units;
  const Tensor words = torch::empty((count + 3) / 4, torch::kLong)
                           .random_(std::numeric_limits<std::int64_t>::min(), std::optional<std::int64_t>());
  return words.view(torch::kShort).slice(0, 0, count).view({rows, units}) >=
         std::lround(kRate * 65536) - 32768;
}

Tensor alpha_dropout(const Tensor& x, bool shared) {
  return torch::where(keep_mask(shared ? 1 : x.size(0), x.size(1)), x * kGain + kShift,
                      kGain * kDropped + kShift);
}

struct Net : torch::nn::Module {
  Net() {
    for (std::size_t i = 0; i + 1 < kUnits.size(); ++i) {
      layers.push_back(
          register_module("dense_" + std::to_string(i), torch::nn::Linear(kUnits[i], kUnits[i + 1])));
      const torch::NoGradGuard guard;
      // lecun_normal, but what lies beyond two deviations is folded back instead of drawn again.
      const double deviation = 1 / std::sqrt(static_cast<double>(kUnits[i])) / 0.87962566103423978;
      layers.back()->weight.copy_(torch::fmod(torch::randn_like(layers.back()->weight), 2) * deviation);
      layers.back()->bias.zero_();
    }
  }

  Tensor logits(Tensor x, bool drop, bool shared = false) {
    for (std::size_t i = 0; i < layers.size(); ++i) {
      if (drop) x = alpha_dropout(x, shared);
      x = layers[i]->forward(x);
      if (i + 1 < layers.size()) x = torch::selu(x);
    }
    return x;
  }

  std::vector<torch::nn::Linear> layers;
};

// Keras's Nadam; the C++ front end has none. Each line is one call for all weights.
class Nadam {
 public:
  explicit Nadam(std::vector<Tensor> weights) : weights_(std::move(weights)) {
    for (const Tensor& w : weights_) {
      m_.push_back(torch::zeros_like(w));
      v_.push_back(torch::zeros_like(w));
    }
  }

  void step() {
    const torch::NoGradGuard guard;
    std::vector<Tensor> gradients;
    for (const Tensor& w : weights_) gradients.push_back(w.grad());
    ++t_;
    const double mu = momentum(t_);
    const double mu_next = momentum(t_ + 1);
    product_ *= mu;
    torch::_foreach_lerp_(m_, gradients, 1 - kBeta1);
    torch::_foreach_mul_(v_, kBeta2);
    torch::_foreach_addcmul_(v_, gradients, gradients, 1 - kBeta2);
    std::vector<Tensor> root = torch::_foreach_sqrt(v_);
    torch::_foreach_div_(root, std::sqrt(1 - std::pow(kBeta2, t_)));
    torch::_foreach_add_(root, 1e-7);
    torch::_foreach_addcdiv_(weights_, m_, root, -kLearningRate * mu_next / (1 - product_ * mu_next));
    torch::_foreach_addcdiv_(weights_, gradients, root, -kLearningRate * (1 - mu) / (1 - product_));
  }

 private:
  static constexpr double kLearningRate = 1e-3;
  static constexpr double kBeta1 = 0.9;
  static constexpr double kBeta2 = 0.999;
  static double momentum(double t) { return kBeta1 * (1 - 0.5 * std::pow(0.96, t)); }

  std::vector<Tensor> weights_, m_, v_;
  double t_ = 0;
  double product_ = 1;
};

class Jobs {
 public:
  explicit Jobs(Data data) : data_(std::move(data)), nadam_(net_.parameters()) {}

  void fit() {
    for (const Tensor& rows : torch::randperm(data_.train_x.size(0)).split(kBatch)) {
      const Tensor logits = net_.logits(data_.train_x.index_select(0, rows), true);
      const Tensor loss = torch::cross_entropy_loss(logits, data_.train_y.index_select(0, rows));
      net_.zero_grad();
      loss.backward();
      nadam_.step();
    }
  }

  Tensor predict(const Tensor& x) {
    const torch::InferenceMode guard;
    return torch::softmax(net_.logits(x, false), 1);
  }
  Tensor predict() { return predict(data_.test_x); }

  // Mean and squared differences are streamed (Welford 1962).
  std::pair<Tensor, Tensor> monte_carlo(int samples, bool shared) {
    const torch::InferenceMode guard;
    std::vector<Tensor> means, deviations;
    for (const Tensor& x : data_.test_x.split(kMcRows)) {
      Tensor mean = torch::zeros({x.size(0), kUnits.back()});
      Tensor squares = torch::zeros_like(mean);
      for (int sample = 1; sample <= samples; ++sample) {
        const Tensor p = torch::softmax(net_.logits(x, true, shared), 1);
        const Tensor difference = p - mean;
        mean.add_(difference, 1.0 / sample);
        squares.addcmul_(difference, p - mean);
      }
      means.push_back(mean);
      deviations.push_back((squares / samples).sqrt());
    }
    return {torch::cat(means), torch::cat(deviations)};
  }

  double accuracy() { return predict().argmax(1).eq(data_.test_y).to(torch::kFloat).mean().item<double>(); }
  Tensor row() const { return data_.test_x.slice(0, 0, 1); }

 private:
  Data data_;
  Net net_;
  Nadam nadam_;
};

void run(const std::string& jobs, const std::string& folder, int threads) {
  torch::set_num_threads(threads);
  torch::manual_seed(42);
  Jobs work(read_data(folder));
  const auto wanted = [&](const char* job) { return jobs.find(job) != std::string::npos; };
  std::ostringstream times;
  const auto note = [&](const char* job, double time) {
    times << (times.tellp() > 0 ? ", " : "") << '"' << job << "\": " << time;
  };
  times.precision(9);
  if (wanted("J1")) {
    note("J1 first", seconds([&] { work.fit(); }));
    note("J1", seconds([&] { work.fit(); }));
  }
  if (wanted("J2")) {
    for (const bool shared : {false, true}) {
      work.monte_carlo(1, shared);
      note(shared ? "J2 shared" : "J2", seconds([&] { work.monte_carlo(kSamples, shared); }));
    }
  }
  if (wanted("J3")) {
    work.predict();
    note("J3", median_seconds(kPredictions, [&] { work.predict(); }));
  }
  if (wanted("J4")) {
    const Tensor row = work.row();
    work.predict(row);
    note("J4", median_seconds(kSingleRows, [&] { work.predict(row); }));
  }
  std::cout << "{\"seconds\": {" << times.str() << "}, \"accuracy\": " << work.accuracy()
            << ", \"note\": \"Nadam by hand, as the C++ front end has none; masks as in torch_net.py\""
            << ", \"versions\": {\"libtorch\": \"" << TORCH_VERSION << "\"}}\n";
}

}  // namespace

int main(int argc, char** argv) try {
  std::string jobs, folder;
  int threads = 1;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    if (name == "--jobs") jobs = argv[i + 1];
    if (name == "--data") folder = argv[i + 1];
    if (name == "--threads") threads = std::stoi(argv[i + 1]);
  }
  run(jobs, folder, threads);
} catch (const std::exception& error) {
  std::fprintf(stderr, "libtorch_jobs: %s\n", error.what());
  return 1;
}
