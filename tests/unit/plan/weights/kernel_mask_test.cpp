// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/weights/kernel_mask.h"

#include "regulus/plan/thinned/thinned_network.h"
#include "regulus/runtime/isa.h"
#include "regulus/runtime/team.h"
#include "unit/plan/gradient_check.h"

namespace regulus::plan::testing {
namespace {

using kernels::Activation;

Chain& drop_connect(Chain& chain, std::int64_t inputs, std::int64_t units, std::uint32_t stream) {
  const Penalty penalty{.l1 = 0.01, .l2 = 0.02};
  MaskSpec mask = dropout(0.4);
  mask.stream = stream;
  return chain.step<DenseStep>(
      DenseSpec{"drop_connect", parameter("kernel", {inputs, units}, stream, 0.3, penalty),
                parameter("bias", {units}, stream + 1, 0.3), mask},
      units);
}

TEST(KernelMask, GradientsAreSlopesOfTheMaskedNetwork) {
  const Data data(6, 19, 5, 41);
  Chain chain(19);
  drop_connect(chain, 19, 21, 3).activation(Activation::kTanh).mask(dropout(0.2));
  drop_connect(chain, 21, 5, 7);
  expect_gradients(chain.graph, kSquared, data.batch(0, 6, false, true), "drop connect");
}

TEST(KernelMask, TrainsToTheSameBitsOnAnyNumberOfThreadsAndEveryInstructionSet) {
  const Data data(32, 18, 5, 43);
  const auto train = [&](int workers, const kernels::Table<float>& kernels) {
    Chain chain(18);
    drop_connect(chain, 18, 72, 3).activation(Activation::kSelu);
    drop_connect(chain, 72, 5, 7);
    runtime::Team team(workers);
    Slots<float> slots;
    Network<float> net(chain.graph, training(32, kSquared, {kernels::UpdateRule::kMomentum, 1}), workers,
                       &slots);
    net.pass.kernels = &kernels;
    net.pass.update.coefficients = {0.05f, 0.9f};
    for (const std::int64_t rows : {32, 32, 7, 1}) {
      net.pass.batch = data.batch(0, rows, false);
      ++net.pass.draw;
      net.plan.run(team, net.workspace, net.pass);
    }
    return weights_of(net.plan);
  };
  const std::vector<float> wanted = train(1, kernels::reference_table<float>());
  for (const runtime::Isa isa : runtime::available_isas())
    for (const int workers : {1, 2, 3})
      EXPECT_TRUE(same_bits(train(workers, kernels::table_for(isa)), wanted))
          << runtime::name(isa) << workers;
}

// A network without its dropped units cannot drop weights.
TEST(KernelMask, IsNoThinnedNetwork) {
  Chain chain(18);
  chain.dense(8).mask(dropout(0.5));
  drop_connect(chain, 8, 5, 3);
  EXPECT_FALSE(thin(Network<float>(chain.graph, predicting(6, Mode::kMonteCarlo)).plan).has_value());
}

}  // namespace
}  // namespace regulus::plan::testing
