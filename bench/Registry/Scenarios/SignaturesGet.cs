using System.Net;
using System.Text;
using OrleansRegistry.Bench.Images;
using OrleansRegistry.Bench.Load;
using OrleansRegistry.Bench.Sides;
using OrleansRegistry.Testing;

namespace OrleansRegistry.Bench.Scenarios;

/// <summary>The signatures of one image, as every pull under a policy asks for them. The peer has none.</summary>
internal sealed class SignaturesGet(TimeSpan turn) : LoadScenario(turn)
{
    private const int PerSecond = 1000;
    private const int Connections = 32;
    private const int SignedImages = 500;

    public override string Name => "signatures-get";

    public override string Description =>
        $"GET of signatures by the extension, {PerSecond} requests/s, {SignedImages} signed images in one repository";

    public override IReadOnlyList<Metric> Metrics { get; } =
    [
        new("signatures GET, at 1000 requests/s: reached", "requests/s"),
        new("signatures GET, at 1000 requests/s: p99", "ms", MoreIsBetter: false),
    ];

    public override Task<ITrial?> PrepareAsync(ISide side, CancellationToken cancellationToken) =>
        side is PeerServer ? Task.FromResult<ITrial?>(null) : base.PrepareAsync(side, cancellationToken);

    protected override async Task<Func<TimeSpan, CancellationToken, Task<LoadResult>>> FillAsync(
        IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        using var connection = new HttpConnection(endpoint);
        var client = new RegistryClient(connection, cancellationToken);
        var repository = RepositoryNames.Next("signed");
        var image = SmallImage.Make();
        await client.PushAsync(repository, "latest", image);
        var requests = new List<byte[]>();
        for (var number = 0; number < SignedImages; number++)
        {
            var manifest = ImageManifest.Write(image.Config, image.Layer, number);
            var digest = Blob.Of(manifest).Digest;
            await client.PutManifestAsync(repository, digest, manifest);
            var target = $"/extensions/v2/{repository}/signatures/{digest}";
            await client.PutAsync(target, Envelope(digest));
            requests.Add(HttpRequest.Get(endpoint, target));
        }

        var next = 0;
        return (duration, cancellation) =>
            ConstantRate.RunAsync(endpoint, PerSecond, Connections, duration, GetAsync, cancellation);

        async ValueTask GetAsync(HttpConnection reader, CancellationToken cancellation)
        {
            var request = requests[(int)((uint)Interlocked.Increment(ref next) % requests.Count)];
            var answer = await reader.ExchangeAsync(request, cancellation);
            if (answer.Status != 200)
                throw UnexpectedAnswer.To("GET of signatures", answer);
        }
    }

    private static byte[] Envelope(string digest) => Encoding.ASCII.GetBytes(
        $$"""{"schemaVersion":2,"type":"atomic","content":"{{Convert.ToBase64String(Openpgp.Sign(digest))}}"}""");
}
