using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using OrleansRegistry.Content;
using OrleansRegistry.Hosting;
using OrleansRegistry.Journal;

namespace OrleansRegistry.Registry;

/// <summary>A manifest's bytes; 304 for a client that has them already, and the headers alone for HEAD.</summary>
/// <remarks>The journal is about who has an image: who is told that nothing changed has it.</remarks>
internal sealed class ManifestResult(Manifest manifest, Pull pull, IPullJournal journal) : IResult
{
    public Task ExecuteAsync(HttpContext context)
    {
        var response = context.Response;
        var tag = new EntityTagHeaderValue($"\"{manifest.Digest}\"");
        response.Headers.ETag = tag.ToString();
        var status = Preconditions.Evaluate(context.Request, tag);
        if (HttpMethods.IsGet(context.Request.Method) && status is null or StatusCodes.Status304NotModified)
            journal.Record(pull);
        if (status is not null)
        {
            response.StatusCode = status.Value;
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
