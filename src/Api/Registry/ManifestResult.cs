using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using OrleansRegistry.Content;
using OrleansRegistry.Hosting;

namespace OrleansRegistry.Registry;

/// <summary>A manifest's bytes; 304 for a client that has them already, and the headers alone for HEAD.</summary>
internal sealed class ManifestResult(Manifest manifest) : IResult
{
    public Task ExecuteAsync(HttpContext context)
    {
        var response = context.Response;
        var tag = new EntityTagHeaderValue($"\"{manifest.Digest}\"");
        response.Headers.ETag = tag.ToString();
        if (Preconditions.Evaluate(context.Request, tag) is { } status)
        {
            response.StatusCode = status;
            return Task.CompletedTask;
        }

        response.ContentType = manifest.MediaType;
        response.ContentLength = manifest.Bytes.Length;
        if (HttpMethods.IsHead(context.Request.Method))
            return Task.CompletedTask;
        Measures.Pulls.Add(1);
        return response.BodyWriter.SendAsync(manifest.Bytes, context.RequestAborted);
    }
}
