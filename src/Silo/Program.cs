using OrleansRegistry.Hosting;
using OrleansRegistry.Registry;
using OrleansRegistry.Repositories;
using OrleansRegistry.Storage;
using OrleansRegistry.Uploads;

try
{
    var settings = Settings.Read(args);
    var data = new DataDirectory(settings.Storage.DataDirectory);
    await using var database = StorageServices.Open(settings.Storage, data);
    await Migrator.MigrateAsync(database);

    var builder = WebApplication.CreateSlimBuilder();
    builder.Configuration.Sources.Clear();
    builder.Configuration.AddConfiguration(settings.Configuration);
    builder.AddNodeLogging();
    builder.WebHost.ConfigureKestrel(kestrel =>
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = null; // a layer has no limit but the disk; manifests are limited where they are read
    });
    builder.WebHost.UseUrls(settings.Listen.Url);
    builder.Services.AddSingleton(TimeProvider.System);
    builder.Services.Configure<RemovalOptions>(settings.Configuration.GetSection("Removal"));
    builder.Services.Configure<UploadOptions>(settings.Configuration.GetSection("Uploads"));
    builder.Services.AddStorage(database, data);
    builder.Services.AddRegistryApi();
    builder.AddSilo(settings, data);

    var app = builder.Build();
    app.UseRegistryApi();
    app.UseRouting();
    app.MapRegistryApi();
    app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine(
        $"Listening on {string.Join(", ", app.Urls)}\nData in {data.Root}, catalogue in {settings.Storage.Describe()}"));
    await app.RunAsync();
    return 0;
}
catch (SettingException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 2;
}
