// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/kernels/table.h"

// Each source of this folder defines one family of kernels and enters it into the table.

namespace regulus::kernels::REGULUS_KERNELS_ISA {

void add_matmul(Table<float>& table);
void add_gradients(Table<float>& table);
void add_input_gradient(Table<float>& table);
void add_activations(Table<float>& table);
void add_softmax(Table<float>& table);
void add_depthwise(Table<float>& table);
void add_draw_mask(Table<float>& table);
void add_masks(Table<float>& table);
void add_gather(Table<float>& table);
void add_pool(Table<float>& table);
void add_penalties(Table<float>& table);
void add_updates(Table<float>& table);
void add_constraints(Table<float>& table);
void add_cross_entropies(Table<float>& table);
void add_regression_losses(Table<float>& table);
void add_moments(Table<float>& table);
void add_columns(Table<float>& table);
void add_convolution(Table<float>& table);
void add_convolution_gradient(Table<float>& table);

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
