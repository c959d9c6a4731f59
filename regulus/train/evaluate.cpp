// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "regulus/base/error.h"
#include "regulus/train/evaluate.h"
#include "regulus/train/rows.h"

namespace regulus {
namespace {

// Rows evaluated between two visits of the metrics: bounds the memory, whatever the data's size.
constexpr std::int64_t kBlockRows = 8192;

}  // namespace

Logs evaluate(const ModelState& model, const TrainingData& data, std::int64_t batch_size,
              const std::string& prefix) {
  const auto plan = model.plan(plan::Mode::kEvaluate);
  // A penalty that couples the rows of a batch needs Keras's batches; all else does not see them.
  const std::int64_t chunk = plan->couples_rows() ? std::min(batch_size, kChunkRows) : kChunkRows;
  const std::int64_t rows = data.data().num_rows();
  const std::int64_t width = plan->output_width();
  const std::int64_t stride = plan->output_stride();
  const std::int64_t block = std::min(rows, kBlockRows / chunk * chunk);
  Buffer<float> outputs(static_cast<std::size_t>(block * stride));
  std::vector<double> losses(static_cast<std::size_t>(block));
  std::vector<double> activity(static_cast<std::size_t>((block + chunk - 1) / chunk));
  RowNumbers numbers(block);
  Trackers trackers(model, width);
  const double weight_penalty = plan->current_weight_penalty();

  for (std::int64_t begin = 0; begin < rows; begin += block) {
    const std::int64_t end = std::min(begin + block, rows);
    for_each_chunk(
        *plan, data.data(), chunk,
        [&](plan::Pass<float>& pass, std::byte* scratch, std::int64_t first) {
          data.attach_to(pass.batch);
          plan->run_alone(pass, scratch);
          const std::int64_t at = first - begin;
          std::memcpy(outputs.data() + at * stride, plan->output(pass),
                      static_cast<std::size_t>(pass.rows() * stride) * sizeof(float));
          for (std::int64_t r = 0; r < pass.rows(); ++r)
            losses[static_cast<std::size_t>(at + r)] = plan->row_loss(pass, r);
          activity[static_cast<std::size_t>(at / chunk)] = plan->activity_penalty(pass);
        },
        begin, end);
    for (std::int64_t at = 0; at < end - begin; at += chunk) {
      const std::int64_t count = std::min(chunk, end - begin - at);
      double sum = 0;
      for (std::int64_t r = 0; r < count; ++r) sum += losses[static_cast<std::size_t>(at + r)];
      trackers.add_loss(sum / static_cast<double>(count),
                        weight_penalty + activity[static_cast<std::size_t>(at / chunk)], count);
    }
    plan::Batch batch;
    data.attach_to(batch);
    numbers.set(begin, end - begin, 0);
    batch.index = numbers.index.data();
    batch.rows = end - begin;
    trackers.add_metrics(batch, outputs.data(), width, stride);
  }
  Logs logs;
  trackers.report(logs, prefix);
  return logs;
}

Logs Sequential::evaluate(const Dataset& data, EvaluateOptions options) {
  ModelState& s = *state_;
  s.require_compiled("evaluate");
  s.require_built("evaluate");
  const TrainingData checked("evaluate", s, data, options.sample_weight);
  for (const CallbackPtr& callback : options.callbacks) {
    callback->set_model(this);
    callback->on_test_begin();
  }
  Logs logs = regulus::evaluate(s, checked, options.batch_size, "");
  for (const CallbackPtr& callback : options.callbacks) callback->on_test_end(logs);
  return logs;
}

}  // namespace regulus
