"""Typical calls of composite functions, for measuring what they cost and whether XLA compiles them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def samples() -> dict[str, tuple[Callable[..., Any], tuple[Any, ...]]]:
    """Returns a typical call of each measured function: (callable, tensor arguments) by canonical name."""
    import tensorflow as tf

    x = tf.random.stateless_uniform([4, 6], [1, 2])
    y = tf.random.stateless_uniform([4, 6], [3, 4])
    square = tf.random.stateless_uniform([3, 3], [5, 6]) + 3.0 * tf.eye(3)
    image = tf.random.stateless_uniform([16, 16, 3], [1, 1])
    images = tf.random.stateless_uniform([2, 16, 16, 3], [1, 1])
    volume = tf.random.stateless_uniform([2, 192, 192, 1], [1, 1])
    signal = tf.random.stateless_uniform([2, 512], [1, 1])
    labels = tf.constant([0, 1, 2, 1])
    onehot = tf.one_hot(labels, 6)
    filters = tf.random.stateless_uniform([3, 3, 3, 4], [1, 1])
    mask = x > 0.5
    boxes = tf.constant([[0.0, 0.0, 0.5, 0.5], [0.1, 0.1, 0.6, 0.6]])
    seed = tf.constant([1, 2])
    sparse = tf.sparse.from_dense(x)
    ragged = tf.RaggedTensor.from_row_lengths(tf.range(6.0), [1, 2, 3])
    words = tf.constant(["a b", "c d e"])
    jpeg = tf.io.encode_jpeg(tf.cast(image * 255, tf.uint8))
    alpha = tf.constant([2.0, 3.0])
    return {
        "tensorflow.argsort": (tf.argsort, (x,)),
        "tensorflow.boolean_mask": (tf.boolean_mask, (x, mask)),
        "tensorflow.broadcast_to": (lambda a: tf.broadcast_to(a, [2, 4, 6]), (x,)),
        "tensorflow.clip_by_global_norm": (lambda a, b: tf.clip_by_global_norm([a, b], 1.0)[0], (x, y)),
        "tensorflow.clip_by_norm": (lambda a: tf.clip_by_norm(a, 1.0), (x,)),
        "tensorflow.clip_by_value": (lambda a: tf.clip_by_value(a, 0.0, 1.0), (x,)),
        "tensorflow.cond": (lambda a: tf.cond(a[0, 0] > 0, lambda: a, lambda: a * 2), (x,)),
        "tensorflow.data.Dataset.from_tensor_slices": (
            lambda a: tf.data.Dataset.from_tensor_slices(a).cardinality(),
            (x,),
        ),
        "tensorflow.debugging.assert_equal": (lambda a: tf.debugging.assert_equal(a, a * 1.0), (x,)),
        "tensorflow.debugging.assert_greater": (lambda a: tf.debugging.assert_greater(a, 0.0), (x,)),
        "tensorflow.debugging.assert_near": (lambda a: tf.debugging.assert_near(a, a * 1.0), (x,)),
        "tensorflow.dtypes.saturate_cast": (lambda a: tf.saturate_cast(a, tf.uint8), (x,)),
        "tensorflow.einsum": (lambda a, b: tf.einsum("ij,kj->ik", a, b), (x, y)),
        "tensorflow.eye": (lambda a: tf.eye(tf.shape(a)[0]), (x,)),
        "tensorflow.histogram_fixed_width": (lambda a: tf.histogram_fixed_width(a, [0.0, 1.0]), (x,)),
        "tensorflow.image.adjust_brightness": (lambda a: tf.image.adjust_brightness(a, 0.1), (image,)),
        "tensorflow.image.adjust_contrast": (lambda a: tf.image.adjust_contrast(a, 2.0), (image,)),
        "tensorflow.image.adjust_gamma": (lambda a: tf.image.adjust_gamma(a, 0.5), (image,)),
        "tensorflow.image.adjust_hue": (lambda a: tf.image.adjust_hue(a, 0.2), (image,)),
        "tensorflow.image.adjust_jpeg_quality": (lambda a: tf.image.adjust_jpeg_quality(a, 75), (image,)),
        "tensorflow.image.adjust_saturation": (lambda a: tf.image.adjust_saturation(a, 2.0), (image,)),
        "tensorflow.image.central_crop": (lambda a: tf.image.central_crop(a, 0.5), (image,)),
        "tensorflow.image.combined_non_max_suppression": (
            lambda b: tf.image.combined_non_max_suppression(
                b[None, :, None], tf.constant([[[0.9], [0.8]]]), 2, 2
            )[0],
            (boxes,),
        ),
        "tensorflow.image.convert_image_dtype": (
            lambda a: tf.image.convert_image_dtype(a, tf.uint8),
            (image,),
        ),
        "tensorflow.image.crop_and_resize": (
            lambda a, b: tf.image.crop_and_resize(a, b, [0, 1], [8, 8]),
            (images, boxes),
        ),
        "tensorflow.image.crop_to_bounding_box": (
            lambda a: tf.image.crop_to_bounding_box(a, 1, 1, 8, 8),
            (image,),
        ),
        "tensorflow.image.draw_bounding_boxes": (
            lambda a, b: tf.image.draw_bounding_boxes(a, tf.stack([b, b]), None),
            (images, boxes),
        ),
        "tensorflow.image.extract_patches": (
            lambda a: tf.image.extract_patches(a, [1, 4, 4, 1], [1, 4, 4, 1], [1, 1, 1, 1], "VALID"),
            (images,),
        ),
        "tensorflow.image.flip_left_right": (tf.image.flip_left_right, (image,)),
        "tensorflow.image.flip_up_down": (tf.image.flip_up_down, (image,)),
        "tensorflow.image.grayscale_to_rgb": (lambda a: tf.image.grayscale_to_rgb(a[..., :1]), (image,)),
        "tensorflow.image.image_gradients": (lambda a: tf.image.image_gradients(a)[0], (images,)),
        "tensorflow.image.non_max_suppression": (
            lambda b: tf.image.non_max_suppression(b, [0.9, 0.8], 2),
            (boxes,),
        ),
        "tensorflow.image.pad_to_bounding_box": (
            lambda a: tf.image.pad_to_bounding_box(a, 1, 1, 20, 20),
            (image,),
        ),
        "tensorflow.image.per_image_standardization": (tf.image.per_image_standardization, (image,)),
        "tensorflow.image.psnr": (lambda a: tf.image.psnr(a, a * 0.9, 1.0), (images,)),
        "tensorflow.image.random_brightness": (lambda a: tf.image.random_brightness(a, 0.2), (image,)),
        "tensorflow.image.random_contrast": (lambda a: tf.image.random_contrast(a, 0.2, 0.5), (image,)),
        "tensorflow.image.random_crop": (lambda a: tf.image.random_crop(a, [8, 8, 3]), (image,)),
        "tensorflow.image.random_flip_left_right": (tf.image.random_flip_left_right, (image,)),
        "tensorflow.image.random_hue": (lambda a: tf.image.random_hue(a, 0.2), (image,)),
        "tensorflow.image.random_jpeg_quality": (lambda a: tf.image.random_jpeg_quality(a, 50, 90), (image,)),
        "tensorflow.image.random_saturation": (lambda a: tf.image.random_saturation(a, 0.5, 2.0), (image,)),
        "tensorflow.image.resize": (lambda a: tf.image.resize(a, [8, 8]), (images,)),
        "tensorflow.image.resize_with_crop_or_pad": (
            lambda a: tf.image.resize_with_crop_or_pad(a, 12, 20),
            (image,),
        ),
        "tensorflow.image.resize_with_pad": (lambda a: tf.image.resize_with_pad(a, 12, 20), (image,)),
        "tensorflow.image.rgb_to_grayscale": (tf.image.rgb_to_grayscale, (image,)),
        "tensorflow.image.rgb_to_yuv": (tf.image.rgb_to_yuv, (image,)),
        "tensorflow.image.rot90": (tf.image.rot90, (image,)),
        "tensorflow.image.sobel_edges": (tf.image.sobel_edges, (images,)),
        "tensorflow.image.ssim": (lambda a: tf.image.ssim(a, a * 0.9, 1.0), (images,)),
        "tensorflow.image.ssim_multiscale": (lambda a: tf.image.ssim_multiscale(a, a * 0.9, 1.0), (volume,)),
        "tensorflow.image.stateless_random_brightness": (
            lambda a: tf.image.stateless_random_brightness(a, 0.2, seed),
            (image,),
        ),
        "tensorflow.image.stateless_random_contrast": (
            lambda a: tf.image.stateless_random_contrast(a, 0.2, 0.5, seed),
            (image,),
        ),
        "tensorflow.image.stateless_random_crop": (
            lambda a: tf.image.stateless_random_crop(a, [8, 8, 3], seed),
            (image,),
        ),
        "tensorflow.image.stateless_random_flip_left_right": (
            lambda a: tf.image.stateless_random_flip_left_right(a, seed),
            (image,),
        ),
        "tensorflow.image.stateless_random_hue": (
            lambda a: tf.image.stateless_random_hue(a, 0.2, seed),
            (image,),
        ),
        "tensorflow.image.stateless_random_saturation": (
            lambda a: tf.image.stateless_random_saturation(a, 0.5, 1.0, seed),
            (image,),
        ),
        "tensorflow.image.total_variation": (tf.image.total_variation, (images,)),
        "tensorflow.image.transpose": (tf.image.transpose, (image,)),
        "tensorflow.io.decode_image": (lambda a: tf.io.decode_image(a), (jpeg,)),
        "tensorflow.io.parse_example": (
            lambda a: tf.io.parse_example(a, {"x": tf.io.FixedLenFeature([], tf.float32, 0.0)})["x"],
            (tf.constant(["", ""]),),
        ),
        "tensorflow.io.parse_single_example": (
            lambda a: tf.io.parse_single_example(a, {"x": tf.io.FixedLenFeature([], tf.float32, 0.0)})["x"],
            (tf.constant(""),),
        ),
        "tensorflow.linalg.adjoint": (tf.linalg.adjoint, (x,)),
        "tensorflow.linalg.cholesky_solve": (
            lambda a: tf.linalg.cholesky_solve(a, tf.ones([3, 1])),
            (square,),
        ),
        "tensorflow.linalg.diag": (tf.linalg.diag, (x,)),
        "tensorflow.linalg.diag_part": (tf.linalg.diag_part, (square,)),
        "tensorflow.linalg.expm": (tf.linalg.expm, (square,)),
        "tensorflow.linalg.global_norm": (lambda a, b: tf.linalg.global_norm([a, b]), (x, y)),
        "tensorflow.linalg.logdet": (
            lambda a: tf.linalg.logdet(tf.matmul(a, a, transpose_b=True)),
            (square,),
        ),
        "tensorflow.linalg.lstsq": (lambda a: tf.linalg.lstsq(a, tf.ones([3, 1])), (square,)),
        "tensorflow.linalg.lu_matrix_inverse": (
            lambda a: tf.linalg.lu_matrix_inverse(*tf.linalg.lu(a)),
            (square,),
        ),
        "tensorflow.linalg.lu_reconstruct": (lambda a: tf.linalg.lu_reconstruct(*tf.linalg.lu(a)), (square,)),
        "tensorflow.linalg.matrix_rank": (tf.linalg.matrix_rank, (square,)),
        "tensorflow.linalg.matrix_transpose": (tf.linalg.matrix_transpose, (x,)),
        "tensorflow.linalg.matvec": (lambda a: tf.linalg.matvec(a, tf.ones([3])), (square,)),
        "tensorflow.linalg.normalize": (lambda a: tf.linalg.normalize(a)[0], (x,)),
        "tensorflow.linalg.pinv": (tf.linalg.pinv, (square,)),
        "tensorflow.linalg.solve": (lambda a: tf.linalg.solve(a, tf.ones([3, 1])), (square,)),
        "tensorflow.linalg.trace": (tf.linalg.trace, (square,)),
        "tensorflow.linspace": (lambda a: tf.linspace(a[0, 0], 1.0, 10), (x,)),
        "tensorflow.map_fn": (lambda a: tf.map_fn(lambda row: row * 2, a), (x,)),
        "tensorflow.math.add_n": (lambda a, b: tf.add_n([a, b]), (x, y)),
        "tensorflow.math.bincount": (tf.math.bincount, (labels,)),
        "tensorflow.math.confusion_matrix": (lambda a: tf.math.confusion_matrix(a, a, 3), (labels,)),
        "tensorflow.math.count_nonzero": (tf.math.count_nonzero, (x,)),
        "tensorflow.math.cumulative_logsumexp": (tf.math.cumulative_logsumexp, (x,)),
        "tensorflow.math.is_strictly_increasing": (tf.math.is_strictly_increasing, (x,)),
        "tensorflow.math.l2_normalize": (lambda a: tf.math.l2_normalize(a, -1), (x,)),
        "tensorflow.math.lbeta": (tf.math.lbeta, (x,)),
        "tensorflow.math.log_sigmoid": (tf.math.log_sigmoid, (x,)),
        "tensorflow.math.logical_xor": (lambda a: tf.math.logical_xor(a, a), (mask,)),
        "tensorflow.math.polyval": (lambda a: tf.math.polyval([1.0, 2.0, 3.0], a), (x,)),
        "tensorflow.math.reduce_euclidean_norm": (tf.math.reduce_euclidean_norm, (x,)),
        "tensorflow.math.reduce_logsumexp": (tf.math.reduce_logsumexp, (x,)),
        "tensorflow.math.reduce_max": (tf.math.reduce_max, (x,)),
        "tensorflow.math.reduce_mean": (tf.math.reduce_mean, (x,)),
        "tensorflow.math.reduce_std": (tf.math.reduce_std, (x,)),
        "tensorflow.math.reduce_variance": (tf.math.reduce_variance, (x,)),
        "tensorflow.math.sobol_sample": (lambda a: tf.math.sobol_sample(2, 4) + a[0, 0], (x,)),
        "tensorflow.math.unsorted_segment_mean": (
            lambda a: tf.math.unsorted_segment_mean(a, [0, 0, 1, 1], 2),
            (x,),
        ),
        "tensorflow.math.unsorted_segment_sqrt_n": (
            lambda a: tf.math.unsorted_segment_sqrt_n(a, [0, 0, 1, 1], 2),
            (x,),
        ),
        "tensorflow.math.xlog1py": (lambda a: tf.math.xlog1py(a, a), (x,)),
        "tensorflow.math.zero_fraction": (tf.math.zero_fraction, (x,)),
        "tensorflow.meshgrid": (lambda a: tf.meshgrid(a[0], a[1])[0], (x,)),
        "tensorflow.nn.batch_normalization": (
            lambda a: tf.nn.batch_normalization(
                a, tf.zeros([6]), tf.ones([6]), tf.zeros([6]), tf.ones([6]), 1e-3
            ),
            (x,),
        ),
        "tensorflow.nn.compute_average_loss": (
            lambda a: tf.nn.compute_average_loss(a, global_batch_size=4),
            (x,),
        ),
        "tensorflow.nn.crelu": (tf.nn.crelu, (x,)),
        "tensorflow.nn.ctc_greedy_decoder": (
            lambda a: tf.nn.ctc_greedy_decoder(tf.stack([a, a]), [2, 2, 2, 2])[1],
            (x,),
        ),
        "tensorflow.nn.ctc_loss": (
            lambda a: tf.nn.ctc_loss(
                labels[:, None], tf.stack([a, a, a]), [1, 1, 1, 1], [3, 3, 3, 3], blank_index=0
            ),
            (x,),
        ),
        "tensorflow.nn.dilation2d": (
            lambda a, f: tf.nn.dilation2d(a, f[..., 0], [1, 1, 1, 1], "SAME", "NHWC", [1, 1, 1, 1]),
            (images, filters),
        ),
        "tensorflow.nn.dropout": (lambda a: tf.nn.dropout(a, 0.5), (x,)),
        "tensorflow.nn.embedding_lookup": (lambda a: tf.nn.embedding_lookup(a, labels), (x,)),
        "tensorflow.nn.embedding_lookup_sparse": (
            lambda a: tf.nn.embedding_lookup_sparse(
                a, tf.sparse.from_dense(tf.constant([[1, 2], [3, 0]])), None
            ),
            (x,),
        ),
        "tensorflow.nn.experimental.stateless_dropout": (
            lambda a: tf.nn.experimental.stateless_dropout(a, 0.5, seed),
            (x,),
        ),
        "tensorflow.nn.gelu": (tf.nn.gelu, (x,)),
        "tensorflow.nn.l2_loss": (tf.nn.l2_loss, (x,)),
        "tensorflow.nn.leaky_relu": (tf.nn.leaky_relu, (x,)),
        "tensorflow.nn.log_poisson_loss": (lambda a, b: tf.nn.log_poisson_loss(a, b), (x, y)),
        "tensorflow.nn.moments": (lambda a: tf.nn.moments(a, [0])[0], (x,)),
        "tensorflow.nn.normalize_moments": (lambda a, b: tf.nn.normalize_moments(4.0, a, b, None)[0], (x, y)),
        "tensorflow.nn.sampled_softmax_loss": (
            lambda a: tf.nn.sampled_softmax_loss(a, tf.zeros([4]), labels[:, None], a, 2, 4),
            (x,),
        ),
        "tensorflow.nn.separable_conv2d": (
            lambda a, f: tf.nn.separable_conv2d(a, f, tf.ones([1, 1, 12, 2]), [1, 1, 1, 1], "SAME"),
            (images, filters),
        ),
        "tensorflow.nn.sigmoid_cross_entropy_with_logits": (
            lambda a, b: tf.nn.sigmoid_cross_entropy_with_logits(labels=a, logits=b),
            (onehot, x),
        ),
        "tensorflow.nn.silu": (tf.nn.silu, (x,)),
        "tensorflow.nn.softmax": (tf.nn.softmax, (x,)),
        "tensorflow.nn.softmax_cross_entropy_with_logits": (
            lambda a, b: tf.nn.softmax_cross_entropy_with_logits(labels=a, logits=b),
            (onehot, x),
        ),
        "tensorflow.nn.sparse_softmax_cross_entropy_with_logits": (
            lambda b: tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=b),
            (x,),
        ),
        "tensorflow.nn.sufficient_statistics": (lambda a: tf.nn.sufficient_statistics(a, [0])[1], (x,)),
        "tensorflow.nn.weighted_cross_entropy_with_logits": (
            lambda a, b: tf.nn.weighted_cross_entropy_with_logits(labels=a, logits=b, pos_weight=2.0),
            (onehot, x),
        ),
        "tensorflow.nn.weighted_moments": (lambda a, b: tf.nn.weighted_moments(a, [0], b)[0], (x, y)),
        "tensorflow.norm": (tf.norm, (x,)),
        "tensorflow.one_hot": (lambda a: tf.one_hot(a, 3), (labels,)),
        "tensorflow.ones_like": (tf.ones_like, (x,)),
        "tensorflow.py_function": (lambda a: tf.py_function(lambda t: t, [a], tf.float32), (x,)),
        "tensorflow.numpy_function": (lambda a: tf.numpy_function(lambda t: t, [a], tf.float32), (x,)),
        "tensorflow.ragged.boolean_mask": (lambda a: tf.ragged.boolean_mask(a, a > 0.5).flat_values, (x,)),
        "tensorflow.ragged.range": (lambda a: tf.ragged.range(a).flat_values, (labels,)),
        "tensorflow.ragged.stack": (lambda a, b: tf.ragged.stack([a, b]).flat_values, (x, y)),
        "tensorflow.random.categorical": (lambda a: tf.random.categorical(a, 2), (x,)),
        "tensorflow.random.gamma": (lambda a: tf.random.gamma([3], a), (alpha,)),
        "tensorflow.random.normal": (lambda a: tf.random.normal([4, 6]) + a, (x,)),
        "tensorflow.random.poisson": (lambda a: tf.random.poisson([3], a), (alpha,)),
        "tensorflow.random.shuffle": (tf.random.shuffle, (x,)),
        "tensorflow.random.split": (lambda a: tf.random.split(a), (seed,)),
        "tensorflow.random.stateless_binomial": (
            lambda a: (
                tf.random.stateless_binomial([2], seed, 5.0, tf.constant([0.2, 0.3]))
                + tf.cast(a[0], tf.int32)
            ),
            (alpha,),
        ),
        "tensorflow.random.stateless_categorical": (
            lambda a: tf.random.stateless_categorical(a, 2, seed),
            (x,),
        ),
        "tensorflow.random.stateless_gamma": (lambda a: tf.random.stateless_gamma([3, 2], seed, a), (alpha,)),
        "tensorflow.random.stateless_normal": (lambda a: tf.random.stateless_normal([4, 6], a), (seed,)),
        "tensorflow.random.stateless_truncated_normal": (
            lambda a: tf.random.stateless_truncated_normal([4, 6], a),
            (seed,),
        ),
        "tensorflow.random.stateless_uniform": (lambda a: tf.random.stateless_uniform([4, 6], a), (seed,)),
        "tensorflow.random.truncated_normal": (lambda a: tf.random.truncated_normal([4, 6]) + a, (x,)),
        "tensorflow.random.uniform": (lambda a: tf.random.uniform([4, 6]) + a, (x,)),
        "tensorflow.repeat": (lambda a: tf.repeat(a, 2, axis=0), (x,)),
        "tensorflow.RaggedTensor.from_row_lengths": (
            lambda a: tf.RaggedTensor.from_row_lengths(a, [1, 3]).flat_values,
            (x,),
        ),
        "tensorflow.RaggedTensor.from_tensor": (lambda a: tf.RaggedTensor.from_tensor(a).row_splits, (x,)),
        "tensorflow.searchsorted": (lambda a: tf.searchsorted(a, a), (x,)),
        "tensorflow.sequence_mask": (lambda a: tf.sequence_mask(a, 4), (labels,)),
        "tensorflow.sets.intersection": (
            lambda a: tf.sets.intersection(a, a).values,
            (tf.constant([[1, 2], [3, 4]]),),
        ),
        "tensorflow.signal.dct": (tf.signal.dct, (signal,)),
        "tensorflow.signal.fftshift": (tf.signal.fftshift, (signal,)),
        "tensorflow.signal.frame": (lambda a: tf.signal.frame(a, 128, 64), (signal,)),
        "tensorflow.signal.hann_window": (lambda a: tf.signal.hann_window(a), (tf.constant(16),)),
        "tensorflow.signal.idct": (tf.signal.idct, (signal,)),
        "tensorflow.signal.inverse_stft": (
            lambda a: tf.signal.inverse_stft(tf.signal.stft(a, 128, 64), 128, 64),
            (signal,),
        ),
        "tensorflow.signal.kaiser_window": (lambda a: tf.signal.kaiser_window(a), (tf.constant(16),)),
        "tensorflow.signal.linear_to_mel_weight_matrix": (
            lambda a: tf.signal.linear_to_mel_weight_matrix(sample_rate=a),
            (tf.constant(8000.0),),
        ),
        "tensorflow.signal.mdct": (lambda a: tf.signal.mdct(a, 128), (signal,)),
        "tensorflow.signal.mfccs_from_log_mel_spectrograms": (
            tf.signal.mfccs_from_log_mel_spectrograms,
            (signal,),
        ),
        "tensorflow.signal.overlap_and_add": (lambda a: tf.signal.overlap_and_add(a, 64), (signal,)),
        "tensorflow.signal.rfft": (tf.signal.rfft, (signal,)),
        "tensorflow.signal.stft": (lambda a: tf.signal.stft(a, 128, 64), (signal,)),
        "tensorflow.sort": (tf.sort, (x,)),
        "tensorflow.sparse.expand_dims": (lambda a: tf.sparse.expand_dims(a, 0).values, (sparse,)),
        "tensorflow.sparse.from_dense": (lambda a: tf.sparse.from_dense(a).values, (x,)),
        "tensorflow.sparse.reduce_sum": (tf.sparse.reduce_sum, (sparse,)),
        "tensorflow.sparse.retain": (lambda a: tf.sparse.retain(a, a.values > 0.5).values, (sparse,)),
        "tensorflow.sparse.sparse_dense_matmul": (
            lambda a, b: tf.sparse.sparse_dense_matmul(a, b, adjoint_b=True),
            (sparse, y),
        ),
        "tensorflow.sparse.to_dense": (tf.sparse.to_dense, (sparse,)),
        "tensorflow.split": (lambda a: tf.split(a, 2)[0], (x,)),
        "tensorflow.strings.reduce_join": (tf.strings.reduce_join, (words,)),
        "tensorflow.strings.split": (lambda a: tf.strings.split(a).flat_values, (words,)),
        "tensorflow.strings.to_hash_bucket_fast": (lambda a: tf.strings.to_hash_bucket_fast(a, 10), (words,)),
        "tensorflow.tensordot": (lambda a, b: tf.tensordot(a, b, [[1], [1]]), (x, y)),
        "tensorflow.transpose": (tf.transpose, (x,)),
        "tensorflow.unique": (lambda a: tf.unique(a)[0], (labels,)),
        "tensorflow.unstack": (lambda a: tf.unstack(a)[0], (x,)),
        "tensorflow.vectorized_map": (lambda a: tf.vectorized_map(lambda row: row * 2, a), (x,)),
        "tensorflow.where": (lambda a, b: tf.where(a > 0.5, a, b), (x, y)),
        "tensorflow.zeros_like": (tf.zeros_like, (x,)),
    } | (
        {
            "tensorflow.ragged.map_flat_values": (
                lambda a: tf.ragged.map_flat_values(tf.exp, a).flat_values,
                (ragged,),
            )
        }
    )
