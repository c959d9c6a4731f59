// SPDX-License-Identifier: Apache-2.0
#include "regulus/train/evaluate.h"

#include <chrono>
#include <cstring>

#include "regulus/base/error.h"
#include "regulus/base/float_environment.h"
#include "regulus/base/memory.h"
#include "regulus/base/sizes.h"
#include "regulus/train/progress.h"
#include "regulus/train/rows.h"

namespace regulus {
namespace {

// Rows evaluated between two visits of the metrics: bounds the memory, whatever the data's size.
constexpr std::int64_t kBlockRows = 8192;
constexpr std::int64_t kBlockValues = std::int64_t{16} << 20;

// Whole chunks of rows with outputs `stride` apart.
std::int64_t rows_of_a_block(std::int64_t chunk, std::int64_t stride) {
  return std::max<std::int64_t>(std::min(kBlockRows, kBlockValues / stride) / chunk, 1) * chunk;
}

// The most rows up to `most` that chunks are whole multiples of.
std::int64_t rows_of_a_pass(std::int64_t chunk, std::int64_t most) {
  std::int64_t rows = std::min(chunk, most);
  while (chunk % rows != 0) --rows;
  return rows;
}

// The mean over rows [at, at + count) of what was found for each pass of `in_a_pass` of them.
double mean_of_passes(const std::vector<double>& found, std::int64_t at, std::int64_t count,
                      std::int64_t in_a_pass) {
  const auto first = static_cast<std::size_t>(at / in_a_pass);
  if (count <= in_a_pass) return found[first];
  double sum = 0;
  for (std::int64_t row = 0; row < count; row += in_a_pass)
    sum += found[static_cast<std::size_t>((at + row) / in_a_pass)] *
           static_cast<double>(std::min(in_a_pass, count - row));
  return sum / static_cast<double>(count);
}

// Tells the callbacks of every batch whose last row lies in [begin, end).
void end_batches(const std::vector<CallbackPtr>& callbacks, std::int64_t batch_size, std::int64_t begin,
                 std::int64_t end, std::int64_t rows, const Logs& logs) {
  if (callbacks.empty()) return;
  const std::int64_t last = end == rows ? (rows + batch_size - 1) / batch_size : end / batch_size;
  for (std::int64_t batch = begin / batch_size; batch < last; ++batch)
    for (const CallbackPtr& callback : callbacks) {
      callback->on_test_batch_begin(batch);
      callback->on_test_batch_end(batch, logs);
      StandardFloats::renew();
    }
}

}  // namespace

Logs evaluate(const ModelState& model, const TrainingData& data, std::int64_t batch_size,
              const std::string& prefix, const std::vector<CallbackPtr>& callbacks) {
  notify(callbacks, &Callback::on_test_begin);
  const auto plan = model.plan(plan::Mode::kEvaluate, data.data().row_shape());
  // A penalty that couples the rows of a batch needs Keras's batches; all else does not see them.
  const std::int64_t chunk = plan->couples_rows() ? std::min(batch_size, kChunkRows) : kChunkRows;
  const std::int64_t rows = data.data().num_rows();
  const std::int64_t width = plan->output_width();
  const std::int64_t stride = plan->output_stride();
  // What is added up is a chunk's, in however many passes it is computed.
  const std::int64_t in_a_pass = plan->couples_rows() ? chunk : rows_of_a_pass(chunk, plan->rows_of_a_pass());
  const std::int64_t block = std::min(rows, rows_of_a_block(chunk, stride));
  constexpr std::int64_t kBytes = sizeof(float);
  require_memory(product_of(block, stride, kBytes), "evaluate",
                 "the outputs of " + std::to_string(block) + " rows need too much memory");
  Buffer<float> outputs(static_cast<std::size_t>(block * stride));
  std::vector<double> losses(static_cast<std::size_t>(block));
  std::vector<double> activity(static_cast<std::size_t>((block + in_a_pass - 1) / in_a_pass));
  RowNumbers numbers(block);
  Trackers trackers(model, width);
  const double weight_penalty = plan->current_weight_penalty();
  const Draw draw = plan->stochastic() ? model.next_draw() : Draw{};
  Logs logs;

  for (std::int64_t begin = 0; begin < rows; begin += block) {
    const std::int64_t end = std::min(begin + block, rows);
    for_each_chunk(
        *plan, data.data(), in_a_pass,
        [&](plan::Pass<float>& pass, std::byte* scratch, std::int64_t first) {
          data.attach_to(pass.batch);
          pass.key = draw.key;
          pass.draw = draw.number;
          plan->run_alone(pass, scratch);
          const std::int64_t at = first - begin;
          std::memcpy(outputs.data() + at * stride, plan->output(pass),
                      static_cast<std::size_t>(pass.rows() * stride) * sizeof(float));
          for (std::int64_t r = 0; r < pass.rows(); ++r)
            losses[static_cast<std::size_t>(at + r)] = plan->row_loss(pass, r);
          activity[static_cast<std::size_t>(at / in_a_pass)] = plan->activity_penalty(pass);
        },
        begin, end);
    if (model.loss->is_own()) model.loss->spec().own->rethrow();
    for (std::int64_t at = 0; at < end - begin; at += chunk) {
      const std::int64_t count = std::min(chunk, end - begin - at);
      double sum = 0;
      for (std::int64_t r = 0; r < count; ++r) sum += losses[static_cast<std::size_t>(at + r)];
      trackers.add_loss(sum / static_cast<double>(count),
                        weight_penalty + mean_of_passes(activity, at, count, in_a_pass), count);
    }
    plan::Batch batch;
    data.attach_to(batch);
    numbers.set(begin, end - begin, 0);
    batch.index = numbers.index.data();
    batch.rows = end - begin;
    trackers.add_metrics(batch, outputs.data(), width, stride);
    trackers.report(logs, prefix);
    end_batches(callbacks, batch_size, begin, end, rows, logs);
  }
  notify(callbacks, &Callback::on_test_end, logs);
  return logs;
}

Logs Sequential::evaluate(const Dataset& data, EvaluateOptions options) {
  const StandardFloats floats;
  (void)state();
  const std::shared_ptr<ModelState> kept = state_;  // a callback may give this object another model
  ModelState& s = *kept;
  require_callbacks("evaluate", options.callbacks);
  s.require_compiled("evaluate");
  s.require_built("evaluate");
  if (options.batch_size < 1)
    throw ConfigError({.where = "evaluate",
                       .what = "batch_size must be at least 1",
                       .found = std::to_string(options.batch_size)});
  const TrainingData checked("evaluate", s, data, options.sample_weight);
  for (const CallbackPtr& callback : options.callbacks) callback->set_model(this);
  const auto begin = std::chrono::steady_clock::now();
  Logs logs = regulus::evaluate(s, checked, options.batch_size, "", options.callbacks);
  if (options.verbose.is_auto() || options.verbose.level() > 0) {
    ProgbarLogger progress(progress_stream(options.log), progress_style(options.verbose, options.log));
    progress.set_params({.has_penalty = logs["penalty"] != 0});
    progress.show_evaluation((data.num_rows() + options.batch_size - 1) / options.batch_size,
                             std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(),
                             logs);
  }
  return logs;
}

}  // namespace regulus
