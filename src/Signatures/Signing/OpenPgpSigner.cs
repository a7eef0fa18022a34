using System.IO.Compression;
using OrleansRegistry.Oci;
using OrleansRegistry.Signatures.OpenPgp;

namespace OrleansRegistry.Signatures.Signing;

/// <summary>
/// Makes atomic container signatures, byte for byte in the form of skopeo and podman. Safe for use by many threads.
/// </summary>
public sealed class OpenPgpSigner
{
    private const byte BinaryData = 0;

    private readonly SignatureWriter _writer;
    private readonly byte[] _onePass;

    internal OpenPgpSigner(PrivateKey key, byte[] fingerprint)
    {
        _writer = new(key, fingerprint);
        _onePass = PacketWriter.Old(
            PacketTag.OnePassSignature,
            [3, BinaryData, (byte)key.Hash, (byte)key.Algorithm, .. fingerprint.AsSpan(12), 1]);
    }

    /// <summary>True where a signature takes milliseconds, and not a fraction of one.</summary>
    public bool IsSlow => _writer.Key.Algorithm is KeyAlgorithm.Rsa;

    /// <summary>Signs one manifest under one reference.</summary>
    public byte[] Sign(Digest manifest, string reference, DateTimeOffset time)
    {
        var payload = AtomicPayload.Write(manifest, reference, time);
        var seconds = PacketWriter.UInt32((uint)time.ToUnixTimeSeconds());
        byte[] message =
        [
            .. _onePass,
            .. PacketWriter.New(PacketTag.LiteralData, [(byte)'b', 0, .. seconds, .. payload]),
            .. PacketWriter.Old(PacketTag.Signature, _writer.Write(BinaryData, payload, time)),
        ];
        return Compress(message);
    }

    // Old format, indeterminate length, raw deflate.
    private static byte[] Compress(byte[] message)
    {
        var target = new MemoryStream(message.Length + 16);
        target.Write([0xA3, 1]);
        using (var deflate = new DeflateStream(target, CompressionLevel.Fastest, leaveOpen: true))
            deflate.Write(message);
        return target.ToArray();
    }
}
