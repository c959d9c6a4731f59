# SPDX-License-Identifier: Apache-2.0
"""PyTorch with a hand-written loop: eager, or with --compile what gains by it through torch.compile."""

import sys

import common
import torch
import torch.nn.functional as F

# Of a stochastic pass: activations and masks of so many rows stay in the second-level cache.
MC_ROWS = 1_000
IMAGE_ROWS = 500  # predicted at a time: the fastest of 100, 500, 1,000 and all


class AlphaDropout(torch.nn.Module):
    """The formula of torch.nn.AlphaDropout, with a mask that is cheaper to draw and may be shared."""

    shared = False

    def forward(self, x):
        if not self.training:
            return x
        shape = (1 if self.shared else x.shape[0], x.shape[1])
        kept = x * common.GAIN + common.SHIFT
        return torch.where(keep_mask(shape), kept, common.GAIN * common.DROPPED + common.SHIFT)


def keep_mask(shape):
    """True with probability 1 - RATE to a multiple of 2^-16: four decisions from one 64-bit draw."""
    count = shape[0] * shape[1]
    words = torch.empty((count + 3) // 4, dtype=torch.int64).random_(-(2**63), None)
    return words.view(torch.int16)[:count].view(shape) >= round(common.RATE * 2**16) - 2**15


def make_model():
    layers = []
    for kernel, bias in common.initial_weights():
        dense = torch.nn.Linear(*kernel.shape)
        with torch.no_grad():
            dense.weight.copy_(torch.from_numpy(kernel.T))
            dense.bias.copy_(torch.from_numpy(bias))
        layers += [AlphaDropout(), dense, torch.nn.SELU()]
    return torch.nn.Sequential(*layers[:-1])  # the last Dense gives logits


def make_image_model():
    return torch.nn.Sequential(
        torch.nn.Conv2d(1, 32, 3), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(32, 64, 3), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Flatten(), torch.nn.Dropout(0.5), torch.nn.Linear(1600, 10),
    ).to(memory_format=torch.channels_last)  # a quarter faster than PyTorch's default


def nadam(weights, gradients, m, v, state):
    """Keras's Nadam over all weights, to be fused; state holds the step and the product of mus."""
    t = state[0] + 1
    mu, mu_next = (0.9 * (1 - 0.5 * 0.96**step) for step in (t, t + 1))
    product = state[1] * mu
    from_m, from_g = 1e-3 * mu_next / (1 - product * mu_next), 1e-3 * (1 - mu) / (1 - product)
    correction = 1 / (1 - 0.999**t)
    for w, g, first, second in zip(weights, gradients, m, v):
        first.add_((g - first) * 0.1)
        second.add_((g * g - second) * 0.001)
        w.sub_((from_m * first + from_g * g) / ((second * correction).sqrt() + 1e-7))
    state[0], state[1] = t, product


class CompiledNadam:
    def __init__(self, parameters):
        self.weights = list(parameters)
        self.m, self.v = ([torch.zeros_like(w) for w in self.weights] for _ in range(2))
        self.state = torch.tensor([0.0, 1.0])
        self.update = torch.compile(nadam)

    def zero_grad(self):
        for w in self.weights:
            w.grad = None

    @torch.no_grad()
    def step(self):
        self.update(self.weights, [w.grad for w in self.weights], self.m, self.v, self.state)


class Torch:
    note = "masks of 16 bits a decision, as F.alpha_dropout is slower; NAdam with Keras's momentum schedule"

    def __init__(self, threads):
        torch.set_num_threads(threads)
        torch.manual_seed(42)
        self.versions = {"torch": torch.__version__}

    def load(self, data):
        self.x, self.test_x = torch.from_numpy(data.train_x), torch.from_numpy(data.test_x)
        self.y = torch.from_numpy(data.train_y).long()
        self.model = make_model()
        # momentum_decay 1 gives the schedule 0.96^t of Keras; the default is 0.96^(t / 250).
        self.optimizer = torch.optim.NAdam(self.model.parameters(), lr=1e-3, eps=1e-7, momentum_decay=1)

    def fit(self):
        self.model.train()
        for rows in torch.randperm(len(self.x)).split(common.BATCH):
            loss = F.cross_entropy(self.model(self.x[rows]), self.y[rows])
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
        return loss.item()

    def fit_images(self):
        if not hasattr(self, "image_model"):
            self.image_model = make_image_model()
            self.image_optimizer = torch.optim.Adam(self.image_model.parameters(), lr=1e-3, eps=1e-7, fused=True)
            self.images, self.test_images = (
                x.view(-1, 1, 28, 28).to(memory_format=torch.channels_last) for x in (self.x, self.test_x)
            )
        self.image_model.train()
        for rows in torch.randperm(len(self.images)).split(common.IMAGE_BATCH):
            loss = F.cross_entropy(self.image_model(self.images[rows]), self.y[rows])
            self.image_optimizer.zero_grad()
            loss.backward()
            self.image_optimizer.step()

    @torch.inference_mode()
    def predict_images(self):
        self.image_model.eval()
        return torch.cat([F.softmax(self.image_model(x), dim=1) for x in self.test_images.split(IMAGE_ROWS)])

    def probabilities(self, x):
        return F.softmax(self.model(x), dim=1)

    @torch.inference_mode()
    def predict(self):
        self.model.eval()
        return self.probabilities(self.test_x).numpy()

    @torch.inference_mode()
    def predict_row(self, index):
        self.model.eval()
        return self.probabilities(self.test_x[index : index + 1]).numpy()

    def stochastic(self, x, mean, squares, sample):
        """One more sample into the running mean and squared differences (Welford 1962)."""
        p = F.softmax(self.model(x), dim=1)
        difference = p - mean
        mean = mean + difference / sample
        return mean, squares + difference * (p - mean)

    @torch.inference_mode()
    def monte_carlo(self, samples):
        self.model.train()
        means, squared = [], []
        for x in self.test_x.split(MC_ROWS):
            mean = squares = torch.zeros(len(x), common.UNITS[-1])
            for sample in torch.arange(1.0, samples + 1):
                mean, squares = self.stochastic(x, mean, squares, sample)
            means.append(mean)
            squared.append(squares)
        return torch.cat(means).numpy(), (torch.cat(squared) / samples).sqrt().numpy()

    def monte_carlo_shared(self, samples):
        AlphaDropout.shared = True
        try:
            return self.monte_carlo(samples)
        finally:
            AlphaDropout.shared = False


class CompiledTorch(Torch):
    note = "update, prediction and stochastic pass compiled; forward and backward of 32 rows are faster eager"

    def load(self, data):
        super().load(data)
        self.optimizer = CompiledNadam(self.model.parameters())
        self.probabilities = torch.compile(self.probabilities)
        self.stochastic = torch.compile(self.stochastic)


if __name__ == "__main__":
    compiled = "--compile" in sys.argv
    sys.argv = [argument for argument in sys.argv if argument != "--compile"]
    common.main(CompiledTorch if compiled else Torch)
