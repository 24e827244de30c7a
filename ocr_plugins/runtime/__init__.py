"""Running a model, whatever it does: ONNX and PyTorch, checkpoints of the hub, repetitions in what it writes."""
