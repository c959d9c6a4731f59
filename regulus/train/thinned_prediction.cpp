// SPDX-License-Identifier: Apache-2.0
#include "regulus/train/thinned_prediction.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "regulus/train/rows.h"

namespace regulus {
namespace {

using Network = plan::ThinnedNetwork<float>;
using Rows = plan::ThinnedRows<float>;
using Scratch = plan::ThinnedScratch<float>;

// Blocks of rows that one worker holds while all samples pass over them: enough to pay for gathering
// each sample's weights, 17 MB for 784 features and 300 units.
constexpr std::int64_t kBlocksAWorker = 80;
// Samples that pass over a block while its rows are in the second-level cache; their weights, which
// are smaller than the network's, stay in the third.
constexpr std::int64_t kMostSamples = 32;
constexpr std::int64_t kMostWeights = 4 << 20;

std::int64_t samples_at_once(const Network& network) {
  std::int64_t weights = 0;
  for (const auto& layer : network.layers) weights += layer.kernel->inputs * layer.kernel->units;
  return std::clamp<std::int64_t>(kMostWeights / weights, 1, kMostSamples);
}

/// A block of rows and the moments of its outputs so far, [units][columns].
struct Block {
  Block(const Network& network, std::int64_t units)
      : rows(network),
        mean(static_cast<std::size_t>(units * Rows::kMaxRows)),
        m2(static_cast<std::size_t>(units * Rows::kMaxRows)) {}
  Rows rows;
  Buffer<double> mean;
  Buffer<double> m2;
  std::int64_t first = 0;
};

class ThinnedPrediction {
 public:
  ThinnedPrediction(const plan::Plan<float>& plan, const Network& network, const Dataset& data,
                    random::Key key, int samples, McPrediction& result, plan::Profile* profile)
      : plan_(plan),
        network_(network),
        data_(data),
        key_(key),
        num_samples_(samples),
        result_(result),
        profile_(profile),
        units_(plan.output_width()),
        block_rows_(std::min(Rows::kMaxRows, plan.rows_of_a_pass())),
        team_(runtime::team()),
        samples_(static_cast<std::size_t>(std::min<std::int64_t>(samples, samples_at_once(network)))) {
    for (int w = 0; w < team_->size(); ++w) scratch_.emplace_back(network);
    const std::int64_t all = (data.num_rows() + block_rows_ - 1) / block_rows_;
    const std::int64_t turns = (all + kBlocksAWorker * team_->size() - 1) / (kBlocksAWorker * team_->size());
    for (std::int64_t b = 0; b < all; b += std::max<std::int64_t>(turns, 1))
      blocks_.emplace_back(network, units_);
  }

  std::vector<std::int64_t> run() {
    for (std::int64_t first = 0; first < data_.num_rows();) {
      first = load(first);
      for (int t = 0; t < num_samples_; t += static_cast<int>(samples_.size())) run_samples(t);
      for (std::size_t b = 0; b < loaded_; ++b) finish(blocks_[b]);
    }
    return std::move(left_out_);
  }

 private:
  enum Part : std::size_t { kRows, kWeights, kNetworks };  // as in thinned_parts()

  // Calls body(scratch, item) for every item; nothing depends on which worker has it.
  template <class Body>
  void share_out(std::size_t items, Part part, Body body) {
    team_->run([&](int worker, int size) {
      const runtime::Range range = runtime::split(static_cast<std::int64_t>(items), worker, size);
      plan::Stopwatch* const watch = profile_ ? profile_->stopwatch(worker) : nullptr;
      if (watch) watch->start();
      for (std::int64_t i = range.begin; i < range.end; ++i)
        body(scratch_[static_cast<std::size_t>(worker)], static_cast<std::size_t>(i));
      if (watch) watch->end_other(part);
    });
  }

  // Rows from `first` on; returns the first one that found no room.
  std::int64_t load(std::int64_t first) {
    const std::int64_t room = static_cast<std::int64_t>(blocks_.size()) * block_rows_;
    const std::int64_t end = std::min(first + room, data_.num_rows());
    loaded_ = static_cast<std::size_t>((end - first + block_rows_ - 1) / block_rows_);
    for_each_chunk(
        plan_, data_, block_rows_,
        [&](plan::Pass<float>& pass, std::byte* scratch, std::int64_t row) {
          plan_.run_alone(pass, scratch, plan::Plan<float>::Part::kDeterministic);
          Block& block = blocks_[static_cast<std::size_t>((row - first) / block_rows_)];
          block.first = row;
          std::fill_n(block.mean.data(), block.mean.size(), 0.0);
          std::fill_n(block.m2.data(), block.m2.size(), 0.0);
          block.rows.load(network_, plan_, pass);
          if (pass.stopwatches) pass.stopwatches->end_other(kRows);
        },
        first, end, profile_);
    return end;
  }

  // Samples from `first` on, as many as there is room for.
  void run_samples(int first) {
    const auto count = std::min(samples_.size(), static_cast<std::size_t>(num_samples_ - first));
    auto workspace = plan_.borrow_workspace(block_rows_);
    plan::Pass<float> pass = plan_.make_pass(*workspace);
    pass.key = key_;
    for (std::size_t s = 0; s < count; ++s) {
      pass.draw = static_cast<std::uint32_t>(first) + static_cast<std::uint32_t>(s);
      samples_[s].draw(network_, pass);
    }
    share_out(count, kWeights, [&](Scratch&, std::size_t s) { samples_[s].gather(network_); });
    share_out(loaded_, kNetworks, [&](Scratch& scratch, std::size_t b) {
      Block& block = blocks_[b];
      for (std::size_t s = 0; s < count; ++s) {
        const float* y = block.rows.run(network_, samples_[s], *pass.kernels, scratch);
        const std::int64_t t = first + static_cast<std::int64_t>(s);
        pass.kernels->moments(y, block.mean.data(), block.m2.data(), units_ * block.rows.columns(),
                              static_cast<double>(t + 1));
        if (result_.samples.size() > 0)
          copy(y, block, result_.samples.data() + (t * data_.num_rows() + block.first) * units_);
      }
    });
  }

  // Lines become rows.
  template <class From>
  void copy(const From* from, const Block& block, float* to) const {
    for (std::int64_t r = 0; r < block.rows.rows(); ++r)
      for (std::int64_t n = 0; n < units_; ++n)
        to[r * units_ + n] = static_cast<float>(from[n * block.rows.columns() + r]);
  }

  void finish(Block& block) {
    for (double& m2 : block.m2.span()) m2 = std::sqrt(m2 / num_samples_);
    copy(block.mean.data(), block, result_.mean.data() + block.first * units_);
    copy(block.m2.data(), block, result_.std.data() + block.first * units_);
    for (std::int64_t r = 0; r < block.rows.rows(); ++r)
      if (!block.rows.is_finite(r)) left_out_.push_back(block.first + r);
  }

  const plan::Plan<float>& plan_;
  const Network& network_;
  const Dataset& data_;
  random::Key key_;
  int num_samples_;
  McPrediction& result_;
  plan::Profile* profile_;  // null: not wanted
  std::int64_t units_;
  std::int64_t block_rows_;
  std::shared_ptr<runtime::Team> team_;
  std::vector<plan::ThinnedSample<float>> samples_;
  std::vector<Scratch> scratch_;  // one a worker
  std::vector<Block> blocks_;
  std::size_t loaded_ = 0;
  std::vector<std::int64_t> left_out_;
};

}  // namespace

std::vector<std::int64_t> predict_thinned(const plan::Plan<float>& plan, const Network& network,
                                          const Dataset& data, random::Key key, int samples,
                                          McPrediction& result, plan::Profile* profile) {
  return ThinnedPrediction(plan, network, data, key, samples, result, profile).run();
}

std::vector<std::string> thinned_parts() {
  return {"rows as columns", "thinned weights", "thinned networks"};
}

}  // namespace regulus
