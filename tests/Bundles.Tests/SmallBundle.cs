using System.Text;
using OrleansRegistry.Oci;
using OrleansRegistry.Signatures.Signing;

namespace OrleansRegistry.Bundles.Tests;

/// <summary>A bundle of a few files of each part, as small as it can be.</summary>
internal sealed class SmallBundle
{
    private static readonly Guid Id = new("3f6f1f0e-0000-7000-8000-000000000001");

    public ReportSigningKey Signer { get; init; } = new([.. Enumerable.Range(0, 32).Select(one => (byte)one)]);

    /// <summary>The files in their order, and where the manifests begin.</summary>
    public List<(BundlePath Path, byte[] Bytes)> Blobs { get; } =
        [.. Named("one", "two", new string('x', 1500), "").OrderBy(one => one.Path.Text, StringComparer.Ordinal)];

    public List<(BundlePath Path, byte[] Bytes)> Manifests { get; } =
        [.. Named("{}", "{ }").OrderBy(one => one.Path.Text, StringComparer.Ordinal)];

    public List<(BundlePath Path, byte[] Bytes)> Layout { get; } =
    [
        (BundlePath.Keys, "{}"u8.ToArray()), (BundlePath.Index, "{\"manifests\":[]}"u8.ToArray()),
        (BundlePath.Layout, "{}"u8.ToArray()), (BundlePath.Revocations, "{\"revocations\":[]}"u8.ToArray()),
    ];

    public List<(BundlePath Path, byte[] Bytes)> Signatures { get; } =
    [
        .. Enumerable.Range(1, 11).Select(number => (
            BundlePath.Signature(RepositoryName.Parse("team/app"), Digest.Sha256("{}"u8), number),
            Encoding.ASCII.GetBytes($"signature {number}"))),
    ];

    public List<(BundlePath Path, byte[] Bytes)> Lists { get; } =
        [.. Enumerable.Range(1, 2).Select(number => (BundlePath.List(number), "{\"blob\":\"x\"}\n"u8.ToArray()))];

    public async Task<byte[]> WriteAsync()
    {
        var ledger = new BundleLedger();
        foreach (var (path, bytes) in (IEnumerable<(BundlePath, byte[])>)[.. Layout, .. Blobs])
            ledger.Add(BundleEntry.Of(path, bytes));
        ledger.BeginManifests();
        foreach (var (path, bytes) in (IEnumerable<(BundlePath, byte[])>)[.. Manifests, .. Signatures, .. Lists])
            ledger.Add(BundleEntry.Of(path, bytes));
        var document = new BundleDocument(
            BundleDocument.CurrentFormat, Id, Id, DateTimeOffset.UnixEpoch, BundleKind.Full, null, [],
            new Dictionary<string, string>(), [], ledger.Totals, Signer.PublicKey).Write();
        using var output = new MemoryStream();
        var writer = await BundleWriter.BeginAsync(output, document, Signer.Sign(document), CancellationToken.None);
        foreach (var (path, bytes) in (IEnumerable<(BundlePath, byte[])>)[.. Layout, .. Blobs, .. Manifests, .. Signatures, .. Lists])
            await writer.WriteAsync(path, bytes, CancellationToken.None);
        await writer.EndAsync(CancellationToken.None);
        return output.ToArray();
    }

    private static IEnumerable<(BundlePath Path, byte[] Bytes)> Named(params string[] contents) =>
        from content in contents
        let bytes = Encoding.ASCII.GetBytes(content)
        select (BundlePath.Content(Digest.Sha256(bytes)), bytes);
}
