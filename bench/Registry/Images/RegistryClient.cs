using OrleansRegistry.Bench.Load;

namespace OrleansRegistry.Bench.Images;

/// <summary>Pushes and reads over one connection, with the requests of podman: HEAD, POST, PATCH, PUT for a blob.</summary>
/// <remarks>Source: OCI distribution-spec, "Pushing a blob in chunks" and "Pushing manifests".</remarks>
internal sealed class RegistryClient(HttpConnection connection, CancellationToken cancellationToken)
{
    public async Task PushAsync(string repository, string tag, SmallImage image)
    {
        await PushBlobAsync(repository, image.Layer);
        await PushBlobAsync(repository, image.Config);
        await PutManifestAsync(repository, tag, image.Manifest);
    }

    public async Task PushBlobAsync(string repository, Blob blob)
    {
        if (await StatusAsync($"/v2/{repository}/blobs/{blob.Digest}") == 200)
            return;
        var upload = await StartUploadAsync(repository);
        upload = await ExpectAsync(202, "PATCH", upload, blob.Bytes, "application/octet-stream");
        await FinishUploadAsync(upload!, blob.Digest);
    }

    public async Task PushBlobAsync(string repository, LargeLayer layer)
    {
        var upload = await StartUploadAsync(repository);
        await connection.SendAsync(Head("PATCH", upload, layer.Length, "application/octet-stream"), cancellationToken);
        foreach (var block in layer.Blocks())
            await connection.SendAsync(block, cancellationToken);
        var answer = await connection.ReceiveAsync(cancellationToken);
        if (answer.Status != 202)
            throw UnexpectedAnswer.To($"PATCH {upload}", answer);
        await FinishUploadAsync(Target(answer.Location!), layer.Digest);
    }

    public Task PutManifestAsync(string repository, string reference, byte[] manifest) =>
        ExpectAsync(201, "PUT", $"/v2/{repository}/manifests/{reference}", manifest, ImageManifest.MediaType);

    /// <summary>Puts JSON there.</summary>
    public Task PutAsync(string target, byte[] json) => ExpectAsync(201, "PUT", target, json, "application/json");

    /// <summary>The status of a HEAD request.</summary>
    public async Task<int> StatusAsync(string target) =>
        (await connection.ExchangeAsync(Head("HEAD", target), cancellationToken, hasBody: false)).Status;

    /// <summary>Reads what was stored, and throws unless it is these bytes.</summary>
    public async Task ConfirmAsync(string target, byte[] stored)
    {
        var answer = await connection.ExchangeAsync(Head("GET", target), cancellationToken, keepBody: true);
        if (answer.Status != 200)
            throw UnexpectedAnswer.To($"GET {target}", answer);
        if (!answer.Body.AsSpan().SequenceEqual(stored))
            throw new BenchmarkException($"GET {target} did not return the bytes that were stored.");
    }

    private async Task<string> StartUploadAsync(string repository) =>
        (await ExpectAsync(202, "POST", $"/v2/{repository}/blobs/uploads/"))!;

    private async Task FinishUploadAsync(string upload, string digest) =>
        await ExpectAsync(201, "PUT", $"{upload}{(upload.Contains('?') ? '&' : '?')}digest={digest}");

    /// <returns>Path and query of the Location, if there is one.</returns>
    private async Task<string?> ExpectAsync(
        int status, string method, string target, byte[]? body = null, string? contentType = null)
    {
        var head = Head(method, target, body?.Length ?? 0, contentType);
        var answer = await connection.ExchangeAsync(head, body, cancellationToken);
        if (answer.Status != status)
            throw UnexpectedAnswer.To($"{method} {target}", answer);
        return answer.Location is null ? null : Target(answer.Location);
    }

    private byte[] Head(string method, string target, long? contentLength = null, string? contentType = null) =>
        HttpRequest.Head(connection.Endpoint, method, target, contentLength, contentType);

    private static string Target(string location) =>
        location.StartsWith('/') ? location : new Uri(location).PathAndQuery;
}
