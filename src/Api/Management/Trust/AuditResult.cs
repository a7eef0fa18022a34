using System.Text;
using Microsoft.AspNetCore.Http;
using OrleansRegistry.Trust;

namespace OrleansRegistry.Management;

/// <summary>All that an audit found, as a file: JSON or CSV, written page by page.</summary>
internal sealed class AuditResult(Shape<AuditRecord> shape, AuditRecord audit, IAuditStore audits, bool isCsv) : IResult
{
    private const int Page = 1_000;

    public async Task ExecuteAsync(HttpContext context)
    {
        var response = context.Response;
        response.ContentType = isCsv ? "text/csv; charset=utf-8" : "application/json";
        response.Headers.ContentDisposition = $"attachment; filename=\"audit-{audit.Id}.{(isCsv ? "csv" : "json")}\"";
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        await using var writer = new StreamWriter(response.Body, new UTF8Encoding(false));
        if (isCsv)
            await writer.WriteAsync(string.Join(',', AuditJson.ImageFields.Select(field => field.Name)) + "\r\n");
        else
            await writer.WriteAsync(
                $"{PulpJson.Line(new() { ["audit"] = shape.Write(audit, context.Request) })[..^1]},\"images\":[");
        var isFirst = true;
        for (Guid? last = null; ;)
        {
            var images = await audits.ImagesAsync(audit.Id, last, Page, context.RequestAborted);
            foreach (var image in images)
            {
                await writer.WriteAsync(isCsv ? Row(image, context.Request) : (isFirst ? "\n" : ",\n") + Line(image, context.Request));
                isFirst = false;
            }

            await writer.FlushAsync(context.RequestAborted);
            if (images.Count < Page)
                break;
            last = images[^1].Id;
        }

        if (!isCsv)
            await writer.WriteAsync("]}\n");
    }

    private static string Line(AuditedImage image, HttpRequest request) => PulpJson.Line(new(
        AuditJson.ImageFields.Select(field => KeyValuePair.Create(field.Name, field.Read(image, request)))));

    private static string Row(AuditedImage image, HttpRequest request) =>
        string.Join(',', AuditJson.ImageFields.Select(field => Csv.Quoted(field.Read(image, request)?.ToString() ?? ""))) + "\r\n";
}
