// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/kernels/table.h"

// Each source of this folder defines one family of kernels and enters it into the table.

namespace regulus::kernels::reference {

template <class T>
void add_matmul(Table<T>& table);
template <class T>
void add_activations(Table<T>& table);
template <class T>
void add_softmax(Table<T>& table);
template <class T>
void add_masks(Table<T>& table);
template <class T>
void add_gather(Table<T>& table);
template <class T>
void add_pool(Table<T>& table);
template <class T>
void add_penalties(Table<T>& table);
template <class T>
void add_updates(Table<T>& table);
template <class T>
void add_constraints(Table<T>& table);
template <class T>
void add_cross_entropies(Table<T>& table);
template <class T>
void add_regression_losses(Table<T>& table);
template <class T>
void add_moments(Table<T>& table);
template <class T>
void add_columns(Table<T>& table);
template <class T>
void add_convolution(Table<T>& table);

}  // namespace regulus::kernels::reference
