namespace OrleansRegistry.Signatures;

/// <summary>What a signature from outside may cost. Real ones take about 400 to 1000 bytes.</summary>
public static class SignatureLimits
{
    /// <summary>The largest signature, in bytes as stored.</summary>
    public const int MaxBlobBytes = 64 * 1024;

    /// <summary>The most that its compressed part may inflate to, in bytes.</summary>
    public const int MaxInflatedBytes = 64 * 1024;

    /// <summary>How deep the payload's JSON may nest.</summary>
    public const int MaxPayloadDepth = 16;

    /// <summary>How many members all objects of the payload may have together.</summary>
    public const int MaxPayloadMembers = 128;

    /// <summary>The largest set of keys in one file, in bytes.</summary>
    public const int MaxKeysBytes = 1024 * 1024;

    /// <summary>How far ahead of this machine's clock a signer's may be.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);
}
