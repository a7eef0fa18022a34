namespace OrleansRegistry.Signatures.OpenPgp;

/// <summary>
/// The last part of a signature packet, whose form the key's algorithm decides. Source: RFC 9580, 5.2.3.
/// </summary>
internal static class SignatureValues
{
    /// <exception cref="MalformedException">Fewer or more bytes than the algorithm wants.</exception>
    public static byte[][] Read(KeyAlgorithm algorithm, Octets octets)
    {
        byte[][] values = algorithm switch
        {
            KeyAlgorithm.Rsa or KeyAlgorithm.RsaSignOnly => [octets.TakeInteger().ToArray()],
            KeyAlgorithm.Dsa or KeyAlgorithm.Ecdsa or KeyAlgorithm.EdDsaLegacy =>
                [octets.TakeInteger().ToArray(), octets.TakeInteger().ToArray()],
            KeyAlgorithm.Ed25519 => [octets.Take(64).ToArray()],
            KeyAlgorithm.Ed448 => [octets.Take(114).ToArray()],
            _ => [octets.TakeRest().ToArray()],
        };
        octets.RequireEnd();
        return values;
    }

    /// <summary>
    /// Writes <paramref name="value"/> right-aligned, its stripped zeros restored. False if it does not fit.
    /// </summary>
    public static bool TryPad(ReadOnlySpan<byte> value, Span<byte> target)
    {
        if (value.Length > target.Length)
            return false;
        target[..^value.Length].Clear();
        value.CopyTo(target[^value.Length..]);
        return true;
    }
}
