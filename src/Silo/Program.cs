using OrleansRegistry.Collection;
using OrleansRegistry.Hosting;
using OrleansRegistry.Management;
using OrleansRegistry.Operations;
using OrleansRegistry.Registry;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;
using OrleansRegistry.Storage;
using OrleansRegistry.Tasks;
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
    builder.Services.Configure<SignatureOptions>(settings.Configuration.GetSection("Signatures"));
    builder.Services.Configure<CollectionOptions>(settings.Configuration.GetSection("Collection"));
    builder.Services.Configure<TaskOptions>(settings.Configuration.GetSection("Tasks"));
    builder.Services.AddTasks();
    builder.Services.AddSingleton<Collector>();
    builder.Services.AddHostedService<CollectionSchedule>();
    builder.Services.AddStorage(database, data);
    builder.Services.AddResourceTasks();
    builder.Services.AddRegistryApi();
    builder.Services.AddManagementApi();
    builder.AddSilo(settings, data);

    var app = builder.Build();
    app.UseRegistryApi();
    app.UseManagementApi();
    app.UseRouting();
    app.MapRegistryApi();
    app.MapSignatureApi();
    app.MapManagementApi();
    app.MapOperations();
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
