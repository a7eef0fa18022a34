namespace OrleansRegistry.Signatures.OpenPgp;

/// <summary>
/// A one-pass signature packet (tag 4): announces the signature that follows the data. Source: RFC 9580, 5.4.
/// </summary>
/// <remarks>Its key id is a hint that no tool checks, and is not read here either.</remarks>
internal readonly ref struct OnePassPacket
{
    private readonly byte _version;
    private readonly byte _type;
    private readonly byte _hash;
    private readonly byte _key;
    private readonly ReadOnlySpan<byte> _salt;

    /// <exception cref="MalformedException">
    /// The version is unknown, or more than one signature is announced.
    /// </exception>
    public OnePassPacket(ReadOnlySpan<byte> body)
    {
        var octets = new Octets(body, "one-pass packet");
        _version = octets.TakeByte();
        if (_version is not (3 or 6))
            throw new MalformedException($"The one-pass packet has version {_version}; versions 3 and 6 are known.");
        _type = octets.TakeByte();
        _hash = octets.TakeByte();
        _key = octets.TakeByte();
        if (_version == 6)
            _salt = octets.Take(octets.TakeByte());
        octets.Take(_version == 6 ? 32u : 8u);
        if (octets.TakeByte() != 1)
            throw new MalformedException("The message announces more than one signature.");
        octets.RequireEnd();
    }

    /// <summary>Whether <paramref name="signature"/> is what was announced.</summary>
    public bool Announces(SignaturePacket signature) =>
        (_version == 6) == (signature.Version == 6)
        && _type == (byte)signature.Type
        && _hash == (byte)signature.Hash
        && _key == (byte)signature.KeyAlgorithm
        && _salt.SequenceEqual(signature.Salt);
}
