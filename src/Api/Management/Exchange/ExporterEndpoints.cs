using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrleansRegistry.Access;
using OrleansRegistry.Exchange;
using OrleansRegistry.Lists;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary><c>exporters/core/pulp/</c>: create, list, read, update, delete. Source: Pulp's REST: exporters.</summary>
internal static class ExporterEndpoints
{
    public const string Path = "path";

    private static readonly string Prefix = Address.Operations(ResourceKind.Exporter);
    private const string Repositories = "repositories";

    // As long as the paths of systems get.
    private const int MaxPath = 4096;

    private static readonly ExporterSettings New = new("", "", []);

    private static readonly Shape<ExporterRecord> Shape = new(
        "PulpExporter",
        [
            .. CommonFields.Of<ExporterRecord>(
                ResourceKind.Exporter, record => record.Id, record => record.CreatedAt, record => record.UpdatedAt),
            CommonFields.Text<ExporterRecord>("name", record => record.Settings.Name),
            CommonFields.Text<ExporterRecord>(Path, record => record.Settings.Path),
            new(Repositories, Schema.ListOf(Schema.Text), record => PulpJson.Texts(
                record.Settings.Repositories.Order().Select(id => Address.Href(ResourceKind.Repository, id)))),
            new("last_export", Schema.Text.OrNull(), record => record.LastExport is { } id
                ? Address.Href(ResourceReference.Export(record.Id, id))
                : (JsonNode?)null),
        ]);

    private static readonly Body Body = new(
        "PulpExporter",
        BodyFields.Name("name").Required,
        BodyFields.Text(Path, MaxPath).Required,
        BodyFields.Resources(Repositories, ResourceKind.Repository).Required)
    {
        MostBytes = ExchangeBodies.MostBytes,
    };

    public static void MapExporters(this OperationMap operations)
    {
        var path = Address.Collection(ResourceKind.Exporter);
        operations.MapResource(ResourceKind.Exporter, Shape, Role.Admin);
        operations.Map(
            Operation.Answering(Prefix + "create", "POST", path, Shape, 201, Body) with
            {
                Least = Role.Admin,
            },
            CreateAsync);
        foreach (var (action, method, body) in UpdateOperations.Of(Body))
            operations.Map(
                Operation.Updating(Prefix + action, method, Address.Parameter(ResourceKind.Exporter), Shape, body) with
                {
                    Least = Role.Admin,
                },
                (Guid id, HttpContext context, References references, IListing<ExporterRecord> exporters,
                    IExchangePaths paths, Dispatch dispatch, CancellationToken cancellationToken) =>
                    UpdateAsync(id, body, context, references, exporters, paths, dispatch, cancellationToken));
        operations.Map(
            Operation.Async(Prefix + "delete", "DELETE", Address.Parameter(ResourceKind.Exporter)) with { Least = Role.Admin },
            DeleteAsync);
    }

    private static async Task<IResult> CreateAsync(
        HttpContext context, References references, IListing<ExporterRecord> exporters, IExportStore store,
        IExchangePaths paths, CancellationToken cancellationToken)
    {
        var wanted = Apply(await Body.ReadAsync(context.Request, references, cancellationToken), New, paths);
        var id = await store.CreateAsync(wanted, cancellationToken);
        var created = await exporters.GetAsync(id, cancellationToken);
        return Created.At(Address.Href(ResourceKind.Exporter, id), Shape.Write(created, context.Request), context);
    }

    private static async Task<IResult> UpdateAsync(
        Guid id, Body body, HttpContext context, References references, IListing<ExporterRecord> exporters,
        IExchangePaths paths, Dispatch dispatch, CancellationToken cancellationToken)
    {
        var record = await exporters.GetAsync(id, cancellationToken);
        var values = await body.ReadAsync(context.Request, references, cancellationToken);
        var wanted = Apply(values, body.IsPartial ? record.Settings : New, paths);
        if (wanted.IsSame(record.Settings))
            return PulpJson.Answer(Shape.Write(record, context.Request));
        await Unique.RequireAsync(exporters, id, record.Settings.Name, wanted.Name, cancellationToken);
        return await dispatch.UpdateAsync(
            ExporterUpdate.Kind, new ExporterUpdate(id, record.Settings, wanted), ResourceKind.Exporter, id);
    }

    private static async Task<IResult> DeleteAsync(
        Guid id, IListing<ExporterRecord> exporters, Dispatch dispatch, CancellationToken cancellationToken)
    {
        await exporters.GetAsync(id, cancellationToken);
        return await dispatch.ChangeAsync(
            ExporterDeletion.Kind, new ExporterDeletion(id), ResourceKind.Exporter, id);
    }

    private static ExporterSettings Apply(BodyValues values, ExporterSettings before, IExchangePaths paths)
    {
        if (values.Find<string>(Path) is { } path)
            paths.RequireExport(path);
        return new(
            values.Get("name", before.Name),
            values.Get(Path, before.Path),
            values.Find<List<ResourceReference>>(Repositories) is { } repositories
                ? [.. repositories.Select(repository => repository.Id).Distinct()]
                : before.Repositories);
    }
}
