// SPDX-License-Identifier: Apache-2.0
#include "regulus/runtime/isa.h"
#include "unit/plan/network.h"

// Prediction and Monte-Carlo dropout: the same bits for any split of the rows and of the work, and
// the right distribution.

namespace regulus::plan::testing {
namespace {

using kernels::Activation;
using Part = Plan<float>::Part;

MaskSpec always_on(MaskSpec spec) {
  spec.always_on = true;
  return spec;
}

// Dropout first, in the middle, alone and absorbed.
Chain network() {
  Chain chain(20);
  chain.mask(dropout(0.1))
      .dense(33)
      .activation(Activation::kSelu)
      .mask(alpha_dropout(0.2))
      .dense(17)
      .activation(Activation::kTanh)
      .mask(dropout(0.5))
      .dense(10)
      .softmax();
  return chain;
}

// What follows the first dense step is stochastic, it itself is not.
Chain split_network() {
  Chain chain(20);
  chain.dense(33).activation(Activation::kSelu).mask(dropout(0.3)).dense(17).mask(dropout(0.5)).dense(10);
  return chain;
}

struct Draw {
  std::uint32_t number = 0;
  bool shared = false;
};

// All rows of the data in batches of `batch`, one after another.
std::vector<float> predict(const Plan<float>& plan, const Data& data, std::int64_t batch, Draw draw,
                           const kernels::Table<float>& kernels) {
  Workspace workspace = plan.make_workspace(1);
  Pass<float> pass = plan.make_pass(workspace);
  pass.kernels = &kernels;
  pass.key = random::Key(7);
  pass.draw = draw.number;
  pass.shared_masks = draw.shared;
  std::vector<float> out;
  for (std::int64_t begin = 0; begin < data.rows; begin += batch) {
    pass.batch = data.batch(begin, std::min(begin + batch, data.rows), true);
    plan.run_alone(pass, workspace.scratch[0].data());
    for (std::int64_t r = 0; r < pass.rows(); ++r) {
      const float* row = plan.output(pass) + r * plan.output_stride();
      out.insert(out.end(), row, row + plan.output_width());
    }
  }
  return out;
}

TEST(Prediction, OfARowHasTheSameBitsInEveryBatch) {
  const Data data(1000, 20, 10, 109);
  const Chain chain = network();
  for (const Mode mode : {Mode::kPredict, Mode::kMonteCarlo}) {
    const Plan<float> plan(chain.graph, predicting(1000, mode));
    for (const bool shared : {false, true}) {
      const Draw draw{.number = 3, .shared = shared};
      const auto wanted = predict(plan, data, 1, draw, kernels::reference_table<float>());
      for (const runtime::Isa isa : runtime::available_isas())
        for (const std::int64_t batch : {1, 7, 32, 96, 1000})
          EXPECT_TRUE(same_bits(predict(plan, data, batch, draw, kernels::table_for(isa)), wanted))
              << runtime::name(isa) << ", batch " << batch << (shared ? ", shared" : "");
    }
  }
}

TEST(Prediction, OfARowDoesNotDependOnItsPlace) {
  const Data data(96, 20, 10, 113);
  Data permuted = data;
  random::permutation(random::Key(5), 0, permuted.order, 96);
  const Chain chain = network();
  const Plan<float> plan(chain.graph, predicting(96, Mode::kMonteCarlo));
  const auto& kernels = kernels::active_table<float>();
  const auto wanted = predict(plan, data, 96, {}, kernels);
  const auto found = predict(plan, permuted, 96, {}, kernels);
  for (std::size_t r = 0; r < 96; ++r) {
    const auto at = static_cast<std::ptrdiff_t>(permuted.order[r] * 10);
    EXPECT_TRUE(same_bits(std::vector<float>(found.begin() + static_cast<std::ptrdiff_t>(r * 10),
                                             found.begin() + static_cast<std::ptrdiff_t>(r * 10 + 10)),
                          std::vector<float>(wanted.begin() + at, wanted.begin() + at + 10)));
  }
}

TEST(MonteCarlo, HasTheSameBitsByATeamAndAlone) {
  const Data data(100, 20, 10, 127);
  const Chain chain = network();
  for (const int threads : {1, 2, 3, 7}) {
    runtime::Team team(threads);
    Network<float> net(chain.graph, predicting(100, Mode::kMonteCarlo), threads);
    net.pass.batch = data.batch(0, 100, true);
    net.pass.key = random::Key(7);
    net.pass.draw = 5;
    net.plan.run(team, net.workspace, net.pass);
    EXPECT_TRUE(same_bits(net.output(), predict(net.plan, data, 100, {.number = 5}, *net.pass.kernels)))
        << threads;
  }
}

TEST(MonteCarlo, DrawsOnTopOfOneDeterministicPartAreWholeDraws) {
  const Data data(50, 20, 10, 131);
  for (const bool early : {true, false})
    for (const bool shared : {true, false}) {
      const Chain chain = early ? network() : split_network();
      Network<float> whole(chain.graph, predicting(50, Mode::kMonteCarlo));
      Network<float> split(chain.graph, predicting(50, Mode::kMonteCarlo));
      for (auto* net : {&whole, &split}) {
        net->pass.batch = data.batch(0, 50, true);
        net->pass.shared_masks = shared;
      }
      split.run_alone(Part::kDeterministic);
      std::vector<float> last;
      for (std::uint32_t draw = 0; draw < 5; ++draw) {
        whole.pass.draw = split.pass.draw = draw;
        whole.run_alone();
        split.run_alone(Part::kStochastic);
        EXPECT_TRUE(same_bits(split.output(), whole.output())) << "draw " << draw;
        EXPECT_FALSE(same_bits(split.output(), last)) << "draw " << draw;
        last = split.output();
      }
      // An earlier draw comes back.
      whole.pass.draw = split.pass.draw = 2;
      whole.run_alone();
      split.run_alone(Part::kStochastic);
      EXPECT_TRUE(same_bits(split.output(), whole.output()));
    }
}

TEST(MonteCarlo, OfANetworkWithoutDropoutIsItsPrediction) {
  const Data data(10, 20, 10, 137);
  Chain chain(20);
  chain.dense(33).activation(Activation::kSelu).mask(dropout(0)).dense(10).softmax();
  Network<float> sampling(chain.graph, predicting(10, Mode::kMonteCarlo));
  Network<float> plain(chain.graph, predicting(10));
  EXPECT_FALSE(sampling.plan.stochastic());
  for (auto* net : {&sampling, &plain}) {
    net->pass.batch = data.batch(0, 10, true);
    net->run_alone(Part::kDeterministic);
    net->run_alone(Part::kStochastic);
  }
  EXPECT_TRUE(same_bits(sampling.output(), plain.output()));
}

TEST(MonteCarlo, TwinsDrawInPredictionWhatTheOthersDrawInMonteCarlo) {
  const Data data(10, 20, 10, 139);
  Chain twins(20);
  twins.dense(33).activation(Activation::kSelu).mask(always_on(dropout(0.3))).dense(10);
  Chain plain(20);
  plain.dense(33).activation(Activation::kSelu).mask(dropout(0.3)).dense(10);
  const auto& kernels = kernels::active_table<float>();
  const auto wanted =
      predict(Plan<float>(plain.graph, predicting(10, Mode::kMonteCarlo)), data, 10, {}, kernels);
  for (const Mode mode : {Mode::kPredict, Mode::kMonteCarlo})
    EXPECT_TRUE(
        same_bits(predict(Plan<float>(twins.graph, predicting(10, mode)), data, 10, {}, kernels), wanted));
  EXPECT_FALSE(same_bits(predict(Plan<float>(plain.graph, predicting(10)), data, 10, {}, kernels), wanted));
}

struct Moments {
  std::vector<double> mean;
  std::vector<double> variance;
};

Moments sample(Network<double>& net, std::uint32_t draws) {
  Moments m;
  for (std::uint32_t draw = 0; draw < draws; ++draw) {
    net.pass.draw = draw;
    net.run_alone(draw == 0 ? Plan<double>::Part::kAll : Plan<double>::Part::kStochastic);
    const auto y = net.output();
    m.mean.resize(y.size());
    m.variance.resize(y.size());
    for (std::size_t i = 0; i < y.size(); ++i) {
      m.mean[i] += y[i] / draws;
      m.variance[i] += y[i] * y[i] / draws;
    }
  }
  for (std::size_t i = 0; i < m.mean.size(); ++i) m.variance[i] -= m.mean[i] * m.mean[i];
  return m;
}

// y = W (m * h) + b with m = 0 or 1/(1 - p): its mean is W h + b, its variance the sum of
// (W h)^2 p / (1 - p) over the units of h, for both kinds of masks.
TEST(MonteCarlo, OfALinearNetworkHasItsClosedForm) {
  constexpr std::uint32_t kDraws = 4000;
  constexpr double kRate = 0.25;  // exact in 16 bits
  const Data data(4, 20, 10, 149);
  Chain chain(20);
  chain.dense(40).mask(dropout(kRate)).dense(10);
  Network<double> hidden(chain.graph, predicting(4));
  hidden.pass.batch = data.batch(0, 4, true);
  hidden.run_alone();
  const auto mean = hidden.output();  // dropout off: the mean of a linear network
  const auto& weights = hidden.plan.weights().all();
  const Tensor first = weights[0]->parameter->value();
  const Tensor bias = weights[1]->parameter->value();
  const Tensor second = weights[2]->parameter->value();

  Moments found[2];
  for (const bool shared : {false, true}) {
    Network<double> net(chain.graph, predicting(4, Mode::kMonteCarlo));
    net.pass.batch = data.batch(0, 4, true);
    net.pass.shared_masks = shared;
    found[shared ? 1 : 0] = sample(net, kDraws);
  }
  for (std::size_t r = 0; r < 4; ++r)
    for (std::size_t n = 0; n < 10; ++n) {
      double variance = 0;
      for (std::size_t u = 0; u < 40; ++u) {
        double h = bias.data()[u];
        for (std::size_t k = 0; k < 20; ++k)
          h += static_cast<double>(data.features[r * 20 + k]) * static_cast<double>(first.data()[k * 40 + u]);
        const double term = h * static_cast<double>(second.data()[u * 10 + n]);
        variance += term * term * kRate / (1 - kRate);
      }
      const std::size_t i = r * 10 + n;
      for (const Moments& m : found) {
        const double z = (m.mean[i] - mean[i]) / std::sqrt(variance / kDraws);
        EXPECT_LT(std::fabs(z), 4) << i;  // 6 in 100,000 by chance, and the seed is fixed
        // The variance of a sample variance is near 2 v^2 / n, y being a sum of 40 terms.
        const double z_variance = (m.variance[i] / variance - 1) / std::sqrt(2.0 / kDraws);
        EXPECT_LT(std::fabs(z_variance), 4) << i;
      }
      // Each row by itself cannot tell the kinds apart.
      const double z = (found[0].mean[i] - found[1].mean[i]) / std::sqrt(2 * variance / kDraws);
      EXPECT_LT(std::fabs(z), 4) << i;
    }
}

}  // namespace
}  // namespace regulus::plan::testing
