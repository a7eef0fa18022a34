using System.Buffers.Binary;
using System.Security.Cryptography;
using OrleansRegistry.Signatures.OpenPgp;

namespace OrleansRegistry.Signatures.Keys;

/// <summary>A public key or subkey packet of version 4 or 6. Source: RFC 9580, 5.5.2.</summary>
internal sealed class KeyPacket
{
    public required int Version { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required KeyAlgorithm Algorithm { get; init; }

    /// <summary>How signatures over the key hash it: a prefix by version, the length, the body.</summary>
    public required byte[] Hashed { get; init; }

    public required byte[] FingerprintBytes { get; init; }

    /// <summary>The packet's body: of a secret key, its public part.</summary>
    public ReadOnlySpan<byte> Body => Hashed.AsSpan(HashedPrefix(Version));

    /// <summary>The key itself, or null where it can't verify; then <see cref="Unusable"/> says why.</summary>
    public required VerifyingKey? Verifying { get; init; }

    public required string? Unusable { get; init; }

    public string Fingerprint => Convert.ToHexString(FingerprintBytes);

    public ulong KeyId => SignatureIssuer.KeyIdOf(Version, FingerprintBytes);

    /// <summary>Parses the body of a public key packet, or the public part of a secret one.</summary>
    /// <remarks>
    /// A key that only encrypts, or of an unknown algorithm, parses: it is part of its certificate all the same.
    /// </remarks>
    /// <exception cref="MalformedException">The version is not 4 or 6, or a length is wrong.</exception>
    public static KeyPacket Parse(ReadOnlySpan<byte> body, bool isSecret)
    {
        var octets = new Octets(body, "key packet");
        var version = octets.TakeByte();
        if (version is not (4 or 6))
            throw new MalformedException($"The key has version {version}; versions 4 and 6 are known.");
        var created = octets.TakeUInt32();
        var algorithm = (KeyAlgorithm)octets.TakeByte();
        var length = version == 6 ? octets.TakeUInt32() : (uint)octets.Remaining;
        var start = octets.Consumed;
        var material = octets.Take(length);
        if (isSecret && version == 4)
            material = material[..KeyMaterial.PublicLength(algorithm, material)];
        var hashed = HashedForm(version, body[..(start + material.Length)]);
        var key = ReadKey(version, algorithm, material, out var unusable);
        return new()
        {
            Version = version,
            CreatedAt = DateTimeOffset.FromUnixTimeSeconds(created),
            Algorithm = algorithm,
            Hashed = hashed,
            FingerprintBytes = Hash(version, hashed),
            Verifying = key,
            Unusable = unusable,
        };
    }

    private static VerifyingKey? ReadKey(
        int version, KeyAlgorithm algorithm, ReadOnlySpan<byte> material, out string? unusable)
    {
        try
        {
            unusable = version == 6 && algorithm == KeyAlgorithm.EdDsaLegacy
                ? "A version 6 key must not use the legacy form of EdDSA."
                : null;
            return unusable is null ? VerifyingKey.Read(algorithm, new(material, "key material")) : null;
        }
        catch (MalformedException malformed)
        {
            unusable = malformed.Message;
            return null;
        }
    }

    private static int HashedPrefix(int version) => version == 6 ? 5 : 3;

    private static byte[] HashedForm(int version, ReadOnlySpan<byte> body)
    {
        var hashed = new byte[HashedPrefix(version) + body.Length];
        if (version == 6)
        {
            hashed[0] = 0x9B;
            BinaryPrimitives.WriteInt32BigEndian(hashed.AsSpan(1), body.Length);
        }
        else
        {
            if (body.Length > ushort.MaxValue)
                throw new MalformedException("The key packet is too long.");
            hashed[0] = 0x99;
            BinaryPrimitives.WriteUInt16BigEndian(hashed.AsSpan(1), (ushort)body.Length);
        }
        body.CopyTo(hashed.AsSpan(hashed.Length - body.Length));
        return hashed;
    }

    // Version 4 defines its fingerprints by SHA-1: a name here, not a proof.
#pragma warning disable CA5350
    private static byte[] Hash(int version, byte[] hashed) =>
        version == 6 ? SHA256.HashData(hashed) : SHA1.HashData(hashed);
#pragma warning restore CA5350
}
