// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/thinned/thinned_rows.h"

#include <limits>

#include "regulus/runtime/isa.h"
#include "unit/plan/network.h"

// A thinned network against the general path with the same masks: in double, where only the algebra
// could differ, and in float, where rounding does; its bits in any company and for every kernel set.

namespace regulus::plan::testing {
namespace {

using kernels::Activation;

constexpr std::int64_t kRows = 41;
constexpr std::int64_t kWidth = 60;

/// Outputs of rows [begin, end), row after row.
template <class T>
std::vector<T> thinned(const Plan<T>& plan, const Data& data, std::int64_t begin, std::int64_t end,
                       std::uint32_t draw, const kernels::Table<T>& kernels) {
  const auto network = thin(plan);
  Workspace workspace = plan.make_workspace(1);
  Pass<T> pass = plan.make_pass(workspace);
  pass.kernels = &kernels;
  pass.key = random::Key(42);
  pass.draw = draw;
  pass.batch = data.batch(begin, end, true);
  plan.run_alone(pass, workspace.scratch[0].data(), Plan<T>::Part::kDeterministic);
  ThinnedRows<T> rows(*network);
  rows.load(*network, plan, pass);
  ThinnedSample<T> sample;
  sample.draw(*network, pass);
  sample.gather(*network);
  ThinnedScratch<T> scratch(*network);
  const T* y = rows.run(*network, sample, kernels, scratch);
  std::vector<T> out;
  for (std::int64_t r = 0; r < rows.rows(); ++r)
    for (std::int64_t n = 0; n < plan.output_width(); ++n) out.push_back(y[n * rows.columns() + r]);
  return out;
}

std::vector<double> general(const Graph& graph, const Data& data, std::uint32_t draw) {
  Network<double> net(graph, predicting(kRows, Mode::kMonteCarlo));
  net.pass.batch = data.batch(0, kRows, true);
  net.pass.shared_masks = true;
  net.pass.draw = draw;
  net.run_alone();
  return net.output();
}

/// The largest difference to the general path in double over some draws, relative to the largest output.
template <class T>
double largest_error(const Graph& graph) {
  const Data data(kRows, kWidth, 10, 109);
  const Plan<T> plan(graph, predicting(kRows, Mode::kMonteCarlo));
  double most = 0;
  double largest = 1;
  for (std::uint32_t draw = 0; draw < 20; ++draw) {
    const auto found = thinned(plan, data, 0, kRows, draw, kernels::active_table<T>());
    const auto wanted = general(graph, data, draw);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      most = std::max(most, std::fabs(static_cast<double>(found[i]) - wanted[i]));
      largest = std::max(largest, std::fabs(wanted[i]));
    }
  }
  return most / largest;
}

MaskSpec halves(MaskSpec spec) {
  static_assert(kWidth % 2 == 0);
  spec.decision = StridedView({{kWidth / 2, 1}, {2, 0}});
  return spec;
}

/// Networks of every kind that can be thinned.
std::vector<Chain> networks() {
  std::vector<Chain> chains;
  const auto add = [&](Chain& chain) { chains.push_back(std::move(chain)); };
  add(Chain(kWidth)
          .mask(alpha_dropout(0.2))
          .dense(33)
          .activation(Activation::kSelu)
          .mask(alpha_dropout(0.2))
          .dense(18)
          .activation(Activation::kSelu)
          .mask(alpha_dropout(0.2))
          .dense(10)
          .softmax());
  for (const double rate : {0.1, 0.5, 0.9, 1.0})
    add(Chain(kWidth)
            .mask(dropout(rate))
            .dense(17)
            .activation(Activation::kElu, 1)
            .mask(dropout(rate))
            .dense(10));
  add(Chain(kWidth).dense(30).activation(Activation::kTanh).mask(alpha_dropout(0.4)).dense(10).softmax(true));
  add(Chain(kWidth)
          .mask(alpha_dropout(0.7))
          .dense(21, {.use_bias = false})
          .dense(13)
          .mask(dropout(0.3))
          .dense(3));
  add(Chain(kWidth).mask(halves(dropout(0.3))).dense(12).activation(Activation::kGelu).dense(10));
  return chains;
}

TEST(ThinnedRows, AreTheGeneralPathInDouble) {
  for (const Chain& chain : networks())
    EXPECT_LT(largest_error<double>(chain.graph), 1e-13);  // 60 terms of size 1
}

TEST(ThinnedRows, AreTheGeneralPathUpToRoundingInFloat) {
  for (const Chain& chain : networks())
    EXPECT_LT(largest_error<float>(chain.graph), 2e-6);  // 60 terms of size 1 hold 6e-8 each
}

TEST(ThinnedRows, HaveTheSameBitsInAnyCompanyAndForEveryKernelSet) {
  const Data data(48, kWidth, 10, 113);
  for (const Chain& chain : networks()) {
    const Plan<float> plan(chain.graph, predicting(48, Mode::kMonteCarlo));
    const auto wanted = thinned(plan, data, 0, 48, 3, kernels::reference_table<float>());
    for (const runtime::Isa isa : runtime::available_isas())
      for (const std::int64_t size : {1, 7, 16, 17, 32, 33, 48}) {
        std::vector<float> found;
        for (std::int64_t begin = 0; begin < 48; begin += size) {
          const auto part = thinned(plan, data, begin, std::min<std::int64_t>(begin + size, 48), 3,
                                    kernels::table_for(isa));
          found.insert(found.end(), part.begin(), part.end());
        }
        EXPECT_TRUE(same_bits(found, wanted)) << runtime::name(isa) << ", " << size << " rows";
      }
  }
}

// 1 - 1 = 0 where a dropped number is taken off again, but infinity - infinity is not a number.
TEST(ThinnedRows, SayWhichOfThemTheComplementCannotDo) {
  for (const double rate : {0.2, 0.6}) {
    const Chain chain = std::move(Chain(kWidth).mask(dropout(rate)).dense(10));
    const Plan<float> plan(chain.graph, predicting(8, Mode::kMonteCarlo));
    Data data(8, kWidth, 10, 127);
    data.features[2 * kWidth + 5] = std::numeric_limits<float>::infinity();
    data.features[4 * kWidth] = std::numeric_limits<float>::quiet_NaN();
    const auto network = thin(plan);
    Workspace workspace = plan.make_workspace(1);
    Pass<float> pass = plan.make_pass(workspace);
    pass.batch = data.batch(0, 8, true);
    plan.run_alone(pass, workspace.scratch[0].data(), Plan<float>::Part::kDeterministic);
    ThinnedRows<float> rows(*network);
    rows.load(*network, plan, pass);
    for (std::int64_t r = 0; r < 8; ++r) EXPECT_EQ(rows.is_finite(r), rate > 0.5 || (r != 2 && r != 4)) << r;
  }
}

}  // namespace
}  // namespace regulus::plan::testing
