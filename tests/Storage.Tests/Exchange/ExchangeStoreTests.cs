using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Exchange;
using OrleansRegistry.Lists;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Storage.Tests;

/// <summary>Exporters and importers in the catalogue, with what they did.</summary>
public abstract class ExchangeStoreTests(Engine engine) : CatalogueTests(engine)
{
    private static readonly DateTimeOffset Morning = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    private readonly string _name = $"e{Guid.NewGuid():N}";

    private ServiceProvider Services => field ??= new ServiceCollection()
        .AddOptions()
        .AddSingleton(TimeProvider.System)
        .AddStorage(Engine.Database, Node.Data)
        .BuildServiceProvider();

    private IExportStore Exports => Services.GetRequiredService<IExportStore>();

    private IImportStore Imports => Services.GetRequiredService<IImportStore>();

    [Fact]
    public async Task An_exporter_is_read_as_it_was_written()
    {
        var repositories = new[] { await Node.CreateRepositoryAsync(), await Node.CreateRepositoryAsync() };
        var settings = new ExporterSettings(_name, "/srv/bundles", repositories);
        var id = await Exports.CreateAsync(settings);
        var read = await ExporterAsync(id);
        Assert.True(settings.IsSame(read.Settings));
        Assert.Null(read.LastExport);
        var taken = await Assert.ThrowsAsync<ProblemException>(() => Exports.CreateAsync(settings with { Repositories = [] }));
        Assert.Equal(ProblemKind.NameTaken, taken.Problem.Kind);
        var gone = await Assert.ThrowsAsync<ProblemException>(
            () => Exports.CreateAsync(new(_name + "x", "/srv", [Guid.NewGuid()])));
        Assert.Equal(ProblemKind.Outdated, gone.Problem.Kind);
    }

    [Fact]
    public async Task Who_changes_an_exporter_does_not_undo_what_another_changed_meanwhile()
    {
        var (one, two, three) =
            (await Node.CreateRepositoryAsync(), await Node.CreateRepositoryAsync(), await Node.CreateRepositoryAsync());
        var read = new ExporterSettings(_name, "/srv/a", [one, two]);
        var id = await Exports.CreateAsync(read);
        await Exports.UpdateAsync(id, read, read with { Path = "/srv/b" });
        await Exports.UpdateAsync(id, read, read with { Repositories = [two, three] });
        await Exports.UpdateAsync(id, read, read with { Name = _name + "x" });
        Assert.True(new ExporterSettings(_name + "x", "/srv/b", [three, two]).IsSame((await ExporterAsync(id)).Settings));
        var gone = await Assert.ThrowsAsync<ProblemException>(() => Exports.UpdateAsync(Guid.NewGuid(), read, read));
        Assert.Equal(ProblemKind.NameUnknown, gone.Problem.Kind);
    }

    [Fact]
    public async Task A_repository_that_is_deleted_goes_out_of_its_exporters()
    {
        var (stays, goes) = (await Node.CreateRepositoryAsync(), await Node.CreateRepositoryAsync());
        var id = await Exports.CreateAsync(new(_name, "/srv", [stays, goes]));
        await Imports.NoteImportedAsync(new(goes, goes, 1, Guid.NewGuid()));
        await Node.DropRepositoryAsync(goes);
        Assert.Equal([stays], (await ExporterAsync(id)).Settings.Repositories);
        Assert.Empty(await Imports.FindImportedAsync([goes]));
    }

    [Fact]
    public async Task The_newest_export_is_the_last_one()
    {
        var id = await Exports.CreateAsync(new(_name, "/srv", []));
        var (older, newer) = (Export(id, Morning), Export(id, Morning.AddHours(1)));
        await Exports.KeepAsync(older);
        await Exports.KeepAsync(newer);
        await Exports.KeepAsync(older);
        Assert.Equal(newer.Id, (await ExporterAsync(id)).LastExport);

        var exports = Services.GetRequiredService<IListing<ExportRecord>>();
        var read = (await exports.FindAsync(Match.Of("exporter", id)))!;
        Assert.Equal(newer.Id, read.Id);
        Assert.Equal(newer.Versions, read.Versions);
        Assert.Equal(newer.Files, read.Files);
        Assert.Equal(
            (newer.Toc, newer.Parameters, newer.CreatedAt, null), (read.Toc, read.Parameters, read.CreatedAt, read.Task));
        Assert.Equal(2, await exports.CountAsync(Match.Of("exporter", id)));

        Assert.True(await Exports.ForgetAsync(newer.Id));
        Assert.False(await Exports.ForgetAsync(newer.Id));
        Assert.Equal(older.Id, (await ExporterAsync(id)).LastExport);
        Assert.True(await Exports.DeleteAsync(id));
        Assert.False(await Exports.DeleteAsync(id));
        Assert.Null(await exports.FindAsync(older.Id));
        var gone = await Assert.ThrowsAsync<ProblemException>(() => Exports.KeepAsync(older));
        Assert.Equal(ProblemKind.NameUnknown, gone.Problem.Kind);
    }

    [Fact]
    public async Task An_export_is_found_below_its_exporter_and_nowhere_else()
    {
        var (exporter, other) =
            (await Exports.CreateAsync(new(_name, "/srv", [])), await Exports.CreateAsync(new(_name + "x", "/srv", [])));
        var export = Export(exporter, Morning);
        await Exports.KeepAsync(export);
        var index = Services.GetRequiredService<IResourceIndex>();
        var wrong = ResourceReference.Export(other, export.Id);
        Assert.Equal(
            [wrong],
            await index.FindMissingAsync(
            [
                ResourceReference.Export(exporter, export.Id), wrong, new(ResourceKind.Export, export.Id),
                new(ResourceKind.Exporter, exporter),
            ]));
    }

    [Fact]
    public async Task Who_changes_an_importer_does_not_undo_what_another_changed_meanwhile()
    {
        var read = new ImporterSettings(_name, new Dictionary<string, string> { ["a"] = "b", ["c"] = "d" }, ["key"]);
        var id = await Imports.CreateAsync(read);
        await Imports.UpdateAsync(id, read, read with { Name = _name + "x" });
        await Imports.UpdateAsync(id, read, read with { TrustedKeys = [] });
        var after = await ImporterAsync(id);
        Assert.True(after.IsSame(read with { Name = _name + "x", TrustedKeys = [] }));
        await Imports.UpdateAsync(id, read, read with { Mapping = new Dictionary<string, string> { ["c"] = "e" } });
        Assert.Equal("e", Assert.Single((await ImporterAsync(id)).Mapping).Value);
        var gone = await Assert.ThrowsAsync<ProblemException>(() => Imports.UpdateAsync(Guid.NewGuid(), read, read));
        Assert.Equal(ProblemKind.NameUnknown, gone.Problem.Kind);
        var taken = await Assert.ThrowsAsync<ProblemException>(() => Imports.CreateAsync(read with { Name = _name + "x" }));
        Assert.Equal(ProblemKind.NameTaken, taken.Problem.Kind);
    }

    [Fact]
    public async Task What_is_known_of_an_import_grows_and_goes_with_the_importer()
    {
        var id = await Imports.CreateAsync(new(_name, new Dictionary<string, string>(), []));
        var import = new ImportRecord(Guid.CreateVersion7(), id, Morning, null, """{"path":"/a"}""", "{}");
        await Imports.KeepAsync(import);
        await Imports.KeepAsync(import with { Report = """{"done":1}""" });
        var imports = Services.GetRequiredService<IListing<ImportRecord>>();
        Assert.Equal(import with { Report = """{"done":1}""" }, await imports.FindAsync(Match.Of("importer", id)));
        Assert.True(await Imports.DeleteAsync(id));
        Assert.Null(await imports.FindAsync(import.Id));
        var gone = await Assert.ThrowsAsync<ProblemException>(() => Imports.KeepAsync(import));
        Assert.Equal(ProblemKind.NameUnknown, gone.Problem.Kind);
    }

    [Fact]
    public async Task What_came_last_of_a_repository_takes_the_place_of_what_came_before()
    {
        var (source, repository, other) =
            (Guid.NewGuid(), await Node.CreateRepositoryAsync(), await Node.CreateRepositoryAsync());
        await Imports.NoteImportedAsync(new(source, repository, 3, Guid.NewGuid()));
        var last = new ImportedVersion(source, repository, 5, Guid.NewGuid());
        var elsewhere = new ImportedVersion(source, other, 4, Guid.NewGuid());
        await Imports.NoteImportedAsync(last);
        await Imports.NoteImportedAsync(elsewhere);
        Assert.Equal(
            new HashSet<ImportedVersion> { last, elsewhere },
            (await Imports.FindImportedAsync([repository, other, Guid.NewGuid()])).ToHashSet());
        Assert.Equal([elsewhere], await Imports.FindImportedAsync([other]));
        var gone = await Assert.ThrowsAsync<ProblemException>(
            () => Imports.NoteImportedAsync(last with { Repository = Guid.NewGuid() }));
        Assert.Equal(ProblemKind.NameUnknown, gone.Problem.Kind);
    }

    private static ExportRecord Export(Guid exporter, DateTimeOffset at)
    {
        var id = Guid.CreateVersion7();
        return new(
            id, exporter, at, Guid.NewGuid(), """{"full":true}""", [new(Guid.NewGuid(), 4)],
            [new($"/srv/{id}.tar", 1024, "00c0ffee")], new($"/srv/{id}.json", new('a', 64), "{}"));
    }

    private async Task<ExporterRecord> ExporterAsync(Guid id) =>
        (await Services.GetRequiredService<IListing<ExporterRecord>>().FindAsync(id))!;

    private async Task<ImporterSettings> ImporterAsync(Guid id) =>
        (await Services.GetRequiredService<IListing<ImporterRecord>>().FindAsync(id))!.Settings;

    public sealed class OnPostgres(PostgresEngine engine) : ExchangeStoreTests(engine), IClassFixture<PostgresEngine>;

    public sealed class OnSqlite(SqliteEngine engine) : ExchangeStoreTests(engine), IClassFixture<SqliteEngine>;
}
