namespace OrleansRegistry.Signatures;

/// <summary>What clients accept as a file of a lookaside store. Source: containers/image, how it reads a lookaside store.</summary>
/// <remarks>
/// One blob that a client does not recognise fails its whole pull, even beside good ones and under a policy that
/// accepts anything. So a server must list and store only recognised ones. Whatever <see cref="AtomicSignature"/>
/// parses is one.
/// </remarks>
public static class LookasideBlob
{
    /// <summary>Whether clients take the blob for a signature of some kind, good or bad.</summary>
    public static bool IsRecognised(ReadOnlySpan<byte> blob) =>
        !blob.IsEmpty && (IsBareMessage(blob[0]) || TryUnwrap(blob, out _) || blob.StartsWith("\0sigstore-json\n"u8));

    /// <summary>
    /// Takes the atomic signature out of its tagged form, <c>00 simple-signing 0A</c> and the message; a bare message
    /// is handed back as it is. False for anything else.
    /// </summary>
    public static bool TryUnwrap(ReadOnlySpan<byte> blob, out ReadOnlySpan<byte> message)
    {
        var prefix = "\0simple-signing\n"u8;
        message = blob.StartsWith(prefix) ? blob[prefix.Length..] : blob;
        return !message.IsEmpty && (message.Length < blob.Length || IsBareMessage(message[0]));
    }

    // Compressed data, one-pass and signature packets. 0x93 is missing in the clients' own list, by a slip there.
    private static bool IsBareMessage(byte first) => first
        is 0xA0 or 0xA1 or 0xA2 or 0xA3 or 0xC8
        or 0x90 or 0x91 or 0x92 or 0xC4
        or 0x88 or 0x89 or 0x8A or 0x8B or 0xC2;
}
