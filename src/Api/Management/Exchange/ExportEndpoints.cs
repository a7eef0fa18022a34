using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Access;
using OrleansRegistry.Exchange;
using OrleansRegistry.Lists;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary><c>exporters/core/pulp/…/exports/</c>: export, list, read, download, forget. Source: Pulp's REST: exports.</summary>
internal static class ExportEndpoints
{
    private static readonly string Prefix = Address.Operations(ResourceKind.Export);
    private static readonly string List = Address.Collection(ResourceKind.Export);

    private static readonly Shape<ExportRecord> Shape = new(
        "PulpExport",
        [
            .. CommonFields.Of<ExportRecord>(
                record => ResourceReference.Export(record.Exporter, record.Id), record => record.CreatedAt),
            CommonFields.HrefOrNull<ExportRecord>("task", ResourceKind.Task, record => record.Task),
            new("exported_resources", Schema.ListOf(Schema.Text), record => PulpJson.Texts(
                record.Versions.Select(version => Address.Href(version.Reference)))),
            new("params", Schema.Object, record => JsonNode.Parse(record.Parameters)),
            new("output_file_info", Schema.Object, Files),
            new("toc_info", Schema.Object, record => new JsonObject
            {
                ["file"] = record.Toc.Path,
                ["sha256"] = record.Toc.Sha256,
                ["meta"] = JsonNode.Parse(record.Toc.Meta),
            }),
        ]);

    public static void MapExports(this OperationMap operations)
    {
        operations.MapList(new ListOf<ExportRecord>(Prefix + "list", List, Shape)
        {
            Before = RequireExporterAsync,
            Within = context => Match.Of("exporter", context.RouteId()),
            Least = Role.Admin,
        });
        operations.Map(
            Operation.Async(Prefix + "create", "POST", List, ExportBody.Body) with { Least = Role.Admin }, CreateAsync);
        operations.Map(
            Operation.Answering(Prefix + "read", "GET", Address.Parameter(ResourceKind.Export), Shape) with
            {
                Parameters = ListParameters.OfRead(),
                Least = Role.Admin,
            },
            async (Guid id, Guid export, HttpContext context, IListing<ExportRecord> exports,
                CancellationToken cancellationToken) => PulpJson.Answer(
                    Shape.Write(await exports.GetBelowAsync("exporter", id, export, cancellationToken), context.Request)));
        operations.Map(
            new(Prefix + "delete", "DELETE", Address.Parameter(ResourceKind.Export)) { Answers = Operation.Nothing, Least = Role.Admin },
            async (Guid id, Guid export, IListing<ExportRecord> exports, IExportStore store,
                CancellationToken cancellationToken) =>
            {
                await exports.GetBelowAsync("exporter", id, export, cancellationToken);
                return await store.ForgetAsync(export, cancellationToken)
                    ? Results.NoContent()
                    : throw new RefusedException(PulpError.NotFound);
            });
    }

    /// <summary><c>download/</c>, which is no operation of the document: its clients take JSON.</summary>
    public static void MapExportDownload(this IEndpointRouteBuilder endpoints) => endpoints.MapMethods(
        Address.Route(Address.Parameter(ResourceKind.Export)) + "download/",
        ["GET", "HEAD"],
        async (Guid id, Guid export, IListing<ExportRecord> exports, IExchangePaths paths,
            CancellationToken cancellationToken) =>
            ExportDownload.Of(await exports.GetBelowAsync("exporter", id, export, cancellationToken), paths))
        .Require(new Requirement.OfRole(Role.Admin));

    private static async Task<IResult> CreateAsync(
        Guid id, HttpContext context, References references, IListing<ExporterRecord> exporters,
        IListing<ExportRecord> exports, IExchangePaths paths, Dispatch dispatch, CancellationToken cancellationToken)
    {
        var exporter = await exporters.GetAsync(id, cancellationToken);
        var values = await ExportBody.Body.ReadAsync(context.Request, references, cancellationToken);
        var last = await exports.FindAsync(
            Conjunction.Of(Match.Of("exporter", id), Match.Of("has_versions", true)), cancellationToken);
        var arguments = ExportBody.Apply(values, exporter, last);
        paths.RequireExport(exporter.Settings.Path);
        return await dispatch.SendAsync(ExportTasks.Export(arguments, exporter.Settings));
    }

    private static JsonObject Files(ExportRecord record)
    {
        var files = new JsonObject();
        foreach (var file in record.Files)
            files[file.Path] = file.Checksum;
        files[record.Toc.Path] = record.Toc.Sha256;
        return files;
    }

    private static async Task RequireExporterAsync(HttpContext context) =>
        await context.RequestServices.GetRequiredService<IListing<ExporterRecord>>()
            .GetAsync(context.RouteId(), context.RequestAborted);
}
