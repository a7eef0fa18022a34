using System.Security.Cryptography;
using OrleansRegistry.Content;

namespace OrleansRegistry.Management;

/// <summary>The file of a form as it arrives: counted, hashed, and refused where the form breaks off.</summary>
internal sealed class FilePart(Stream part) : ForwardStream
{
    private static readonly HashAlgorithmName[] Algorithms =
        [HashAlgorithmName.SHA256, HashAlgorithmName.SHA384, HashAlgorithmName.SHA512];

    private readonly IncrementalHash[] _hashes = [.. Algorithms.Select(IncrementalHash.CreateHash)];

    /// <summary>The most that may come.</summary>
    public long MostBytes { get; set; } = long.MaxValue;

    /// <summary>How much has come.</summary>
    public long Count => Taken;

    /// <summary>The hashes of all that came, by the names that clients give them; lower-case hex digits.</summary>
    public IReadOnlyDictionary<string, string> Hashes() => Algorithms.Zip(_hashes).ToDictionary(
        pair => pair.First.Name!.ToLowerInvariant(), pair => Convert.ToHexStringLower(pair.Second.GetCurrentHash()));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read;
        try
        {
            read = await part.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception exception) when (FileForm.IsCutOff(exception))
        {
            throw FileForm.Invalid(exception.Message);
        }

        Taken += read;
        if (Count > MostBytes)
            throw RefusedException.Field("file", $"The file has more than {MostBytes} bytes.");
        foreach (var hash in _hashes)
            hash.AppendData(buffer.Span[..read]);
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var hash in _hashes)
            hash.Dispose();
        base.Dispose(disposing);
    }
}
